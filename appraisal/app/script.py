"""What streamlit runs when the front end is started by ``appraisal app``."""

from appraisal.app.main import main

main()
