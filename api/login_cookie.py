"""The name of the cookie that a person's log-in lives in; routes set it, pages read it."""

LOGIN_COOKIE = "nazar_login"
