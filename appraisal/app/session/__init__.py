"""Apart from the folder of pages, which streamlit would list by their file names before the first of them has run."""
