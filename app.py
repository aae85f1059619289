"""The browser front end: ``streamlit run app.py``."""

from appraisal.app.main import main

main()
