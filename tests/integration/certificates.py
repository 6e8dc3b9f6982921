"""A test authority, and a server's certificate from it for localhost."""
import shutil
import subprocess
import time

from processes import needs

NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def certificates_make(folder):
    """ca.pem for clients; server.pem and server.key."""
    needs(shutil.which("openssl"), "There is no openssl program.")
    for name, subject in (("ca", "/CN=archive-mail test CA"),
                          ("server", "/CN=localhost")):
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out",
                folder / f"{name}.key")
        openssl("req", "-new", "-key", folder / f"{name}.key", "-subj",
                subject, "-out", folder / f"{name}.csr")
    (folder / "server.ext").write_text(NAMES + "\n", "ascii")
    (folder / "ca.ext").write_text("basicConstraints=critical,CA:TRUE\n",
                                   "ascii")
    openssl("x509", "-req", "-in", folder / "ca.csr", "-signkey",
            folder / "ca.key", "-days", 30, "-extfile", folder / "ca.ext",
            "-out", folder / "ca.pem")
    openssl("x509", "-req", "-in", folder / "server.csr", "-CA",
            folder / "ca.pem", "-CAkey", folder / "ca.key", "-CAcreateserial",
            "-days", 30, "-extfile", folder / "server.ext", "-out",
            folder / "server.pem")
    for name in ("ca.pem", "server.pem", "server.key"):
        (folder / name).chmod(0o644)
    return folder


CA_CONF = """[ca]
default_ca = authority
[authority]
database = {folder}/{name}.index
new_certs_dir = {folder}
certificate = {folder}/ca.pem
private_key = {folder}/ca.key
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
"""


def certificate_dated(folder, name, begin, end):
    """NAME.pem: for the same key as server.pem, valid from begin to end
    (seconds since 1970)."""
    def text(seconds):
        return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(seconds))
    (folder / f"{name}.cnf").write_text(
        CA_CONF.format(folder=folder, name=name), "ascii")
    (folder / f"{name}.index").touch()
    openssl("ca", "-batch", "-notext", "-config", folder / f"{name}.cnf",
            "-startdate", text(begin), "-enddate", text(end), "-extfile",
            folder / "server.ext", "-in", folder / "server.csr", "-out",
            folder / f"{name}.pem")
    (folder / f"{name}.pem").chmod(0o644)
