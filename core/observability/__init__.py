"""How the site says how it is: metrics, logs that follow a request, and checks in plain words."""
