"""Tells by its name whether a field holds a secret.

A field name is a compound noun and its head stands last: a ``password_policy`` is a policy, a
``policy_password`` is a password. So a name is cut into words (camel case, kebab, snake, dots),
what merely carries the secret is taken off (``password_hash``, ``private_key_pem``), and the last
word decides, for ``key``, ``token`` and ``code`` together with the words in front of it.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+\d*|[A-Z]+\d*|\d+|[^\W\d_a-zA-Z]+")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that are a secret whatever stands in front of them.
_HEADS = _set(
    """password passwd pwd pw pass passphrase passcode passkey secret credential credentials cred
    creds psk jwt otp totp hotp pin cookie bearer authorization assertion plaintext keytab
    kubeconfig csrf xsrf cvv cvc cvv2 cvc2 pswd passwort kennwort wachtwoord senha
    contrasena пароль 密码 パスワード"""
)

# Whole names, without their separators.
_WHOLE = _set(
    """auth basicauth proxybasicauth proxyauth httpauth phpsessid jsessionid aspnetsessionid
    connectsid aiohttpsession usersession motdepasse connectionstring communitystring snmpcommunity
    codeverifier base32stringseed qrcodepng totpseed otpseed mfaseed passwordcredential
    credentialpair credentialsdetails recoveryphrase seedphrase mnemonic authenticationmaterial
    contraseña secrettoauthenticateinitiator secrettoauthenticatetarget enablepassword
    enablepasswordlist enablesecret"""
)

# Whole names of one word: a cookie called ``sessionid`` opens a session, while ``session_id`` is
# what this log and most others call the public id of one.
_ONE_WORD = _set("sessionid symfony")

# Whole names that look like secrets and are none, with the reason.
_NEVER = _set(
    "xamzcredential encryptpassword"  # an access key's id with a date; yes or no
)

# A name that begins so says how many, whether, or which rule: not the secret itself.
_QUESTIONS = _set(
    """max min maximum minimum num number total count has is are must should can may need needs
    require requires required enforce force forced always never allow allowed allows enable enables
    disable disables use uses using update no with without expires until
    show hide strong weak detach filter invalid valid missing forgot"""
)

# What carries a secret or says how it is written: taken off the end.
_CARRIERS = _set(
    """content contents value text string str data material base64 b64 hash hashed binary raw pem
    body block seed hex json yaml bytes list array env in old new current clear plain encoded
    encrypted"""
)

_TOKENS_THAT_MARK_A_PLACE = _set(
    """next page pagination paging continuation continue starting start previous prev client
    request idempotency lock cancellation cancel resume cursor marker prompt completion input output
    cached reasoning consumed position sync change dedup"""
)

_SECRET_KEYS = _set(
    """private priv secret api app application access auth authentication authorization encryption
    encrypted encrypt decryption shared preshared pre signing sign master account storage sas tsig
    ntp ospf bgp ike ipsec psk age hmac mac license licence activation registration product raw
    plaintext client server ca ssl tls privacy integration consumer customer service subscription
    join bootstrap manual md5 md5auth sha crypto cipher wrapped wrapping unseal unlock recovery
    backup disk pass stream wep wpa wpa2 wifi snmp webhook deploy tde image snapshot
    admin user hub phase1 kg opt43 session site config radius tacacs cookie jwt oauth vault device
    specific solution vsan hello tsm tunnel tr31"""
)

_HARMLESS_KEYS = _set(
    """public pub tag label routing partition sort primary foreign object cache condition annotation
    sshpublic authorized trusted message subject aggregation incident element error filter range
    attribute translation idempotency dedup deduplication item row column field sharding shard
    hash group owner roles role extension prefix map lookup natural unique compound composite index
    vertical rekey"""
)

_SECRET_CODES = _set(
    """auth authorization secret verification activation mfa otp totp recovery backup security
    pairing unlock passwordreset reset confirmation factor access"""
)

_PASS_OWNERS = _set("user auth priv root admin upload db u my mysql smtp ldap login ftp http proxy")

_ENDINGS = (
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "secret",
    "credential",
    "credentials",
    "privatekey",
    "privkey",
    "secretkey",
    "accesskey",
    "apikey",
    "authkey",
    "sharedkey",
    "encryptionkey",
    "keytab",
    "passwort",
)

_PAIRS = {
    ("pass", "word"): "password",
    ("pass", "wd"): "passwd",
    ("pass", "phrase"): "passphrase",
    ("pass", "code"): "passcode",
    ("pre", "shared"): "preshared",
    ("plain", "text"): "plaintext",
    ("key", "tab"): "keytab",
    ("kube", "config"): "kubeconfig",
    ("o", "auth"): "oauth",
}


def words(name: str) -> list[str]:
    """Return the words of *name* in lower case: ``X-ApiKey`` is ``x``, ``api``, ``key``."""
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
    found = [word.lower() for word in _WORD.findall(name)]
    joined: list[str] = []
    for word in found:
        pair = _PAIRS.get((joined[-1], word)) if joined else None
        if pair:
            joined[-1] = pair
        else:
            joined.append(word)
    return joined


def normal(name: str) -> str:
    """Return the one spelling of ``fooBar``, ``foo-bar`` and ``FOO_BAR``."""
    return "".join(words(name))


def holds_secret(name: str) -> bool:
    """Return whether a field of this *name* plainly holds a secret."""
    parts = words(name)
    whole = "".join(parts)
    if whole in _WHOLE or (len(parts) == 1 and whole in _ONE_WORD):
        return True
    if not parts or whole in _NEVER or parts[0] in _QUESTIONS:
        return False
    carried = False
    while len(parts) > 1 and (parts[-1] in _CARRIERS or parts[-1].isdigit()):
        carried = carried or not parts[-1].isdigit()
        parts.pop()
    return _head_is_secret(_singular(parts[-1].rstrip("0123456789")), parts[:-1], carried=carried)


def _head_is_secret(head: str, before: list[str], *, carried: bool) -> bool:
    nearest = before[-1] if before else ""
    if head == "key":
        return carried if not before else _is_secret_key(before)
    if head == "token":
        return nearest not in _TOKENS_THAT_MARK_A_PLACE
    if head == "code":
        return nearest in _SECRET_CODES
    if head == "auth":
        return nearest in ("basic", "proxy", "http")
    return head in _HEADS or _ends_secret(head)


def _is_secret_key(before: list[str]) -> bool:
    if before[-1] in _HARMLESS_KEYS or "public" in before:
        return False
    return not _SECRET_KEYS.isdisjoint(before)


def _ends_secret(word: str) -> bool:
    """Judge words that were written as one: ``smtppassword``, ``authkey``, ``csrftoken``."""
    if word.endswith(_ENDINGS):
        return True
    if word.endswith("token"):
        return word[:-5] not in _TOKENS_THAT_MARK_A_PLACE
    if word.endswith("key"):
        return word[:-3] in _SECRET_KEYS
    return word.endswith("pass") and word[:-4] in _PASS_OWNERS


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "credentials")) else word
