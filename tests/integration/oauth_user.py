"""A user of the authorization server, without a browser: signs in where a
program has sent them, and agrees."""
import base64
import hashlib
import http.cookiejar
import json
import re
import secrets
import urllib.error
import urllib.parse
import urllib.request

SCOPE = "openid offline_access imap"
REDIRECT = "http://127.0.0.1:9/callback"  # nobody listens: it is not followed
REDIRECTS_MAX = 15


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    def __init__(self):
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            _NoRedirect)

    def go(self, url, data=None, stop=None):
        """The last address and page; an address that begins with stop is not
        opened."""
        for _ in range(REDIRECTS_MAX):
            if stop and url.startswith(stop):
                break
            try:
                page = self.opener.open(urllib.request.Request(url, data))
            except urllib.error.HTTPError as error:
                page = error
            if page.status not in (301, 302, 303, 307, 308):
                return url, page.read()
            url = urllib.parse.urljoin(url, page.headers["Location"])
            data = None
        return url, b""


def post(url, **form):
    """Status and JSON of an endpoint."""
    request = urllib.request.Request(url, urllib.parse.urlencode(form)
                                     .encode())
    try:
        with urllib.request.urlopen(request) as page:
            return page.status, json.load(page)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def device_approve(verification_uri_complete):
    """What the user does with a device code."""
    browser = Browser()
    url, page = browser.go(verification_uri_complete)
    form = {name.decode(): value.decode() for name, value in
            re.findall(rb'name="(\w+)" value="([^"]*)"', page)}
    form["confirm"] = "yes"
    return browser.go(urllib.parse.urljoin(url, "/device"),
                      urllib.parse.urlencode(form).encode())


def authorize(url, stop=None):
    """What the user does at the address of an authorization request."""
    return Browser().go(url, stop=stop)


def token_get(issuer, resource=None, login="alice"):
    """An access token, by PKCE."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(
        hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {"client_id": "pst-tool", "response_type": "code",
             "redirect_uri": REDIRECT, "scope": SCOPE, "state": "s",
             "code_challenge": challenge, "code_challenge_method": "S256",
             "login_hint": login, "prompt": "consent"}
    if resource:
        query["resource"] = resource
    url, page = authorize(issuer + "/auth?" + urllib.parse.urlencode(query),
                          stop=REDIRECT)
    answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
    if "code" not in answer:
        raise RuntimeError(f"no code: {url} {page!r}")
    status, tokens = post(issuer + "/token", grant_type="authorization_code",
                          client_id="pst-tool", code=answer["code"],
                          redirect_uri=REDIRECT, code_verifier=verifier)
    if status != 200:
        raise RuntimeError(f"no token: {tokens}")
    return tokens["access_token"]
