"""What streamlit runs for every session: the page that was asked for."""

from appraisal.app.main import main

if __name__ == "__main__":
    main()
