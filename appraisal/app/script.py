"""The server of the front end that ``appraisal app`` starts; streamlit finds ``app`` by reading this file."""

from streamlit.starlette import App

from appraisal.app.guard import MIDDLEWARE, PAGE, started

app = App(PAGE, middleware=MIDDLEWARE, lifespan=started)
