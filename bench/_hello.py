"""The floor of polls: the least that Flask does for a request."""

from flask import Flask

app = Flask(__name__)


@app.get("/healthz")
@app.get("/hello")
def hello() -> str:
    return "hello"
