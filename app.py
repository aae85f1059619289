"""The browser front end: ``streamlit run app.py``."""

from streamlit.starlette import App

from appraisal.app.guard import MIDDLEWARE, PAGE, started

app = App(PAGE, middleware=MIDDLEWARE, lifespan=started)

# A test runs this file itself, as streamlit runs PAGE for a session.
if __name__ == "__main__":
    from appraisal.app.main import main

    main()
