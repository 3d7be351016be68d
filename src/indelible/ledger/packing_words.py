"""The dictionaries that what is stored is packed with: words that it is likely to have.

Never change a byte of them: what was packed with one is unpacked with it. Another can come beside
them, under a kind of its own.

Each is a dictionary of Zstandard (RFC 8878, section 5): tables that say how often which byte and
which length come up, then the words, in plain text; the likeliest stand last. The tables are those
that ``ZDICT_finalizeDictionary`` makes of the words and a few thousand entries: of an
edge-computing platform, and for details of AWS CloudTrail too.
"""

from __future__ import annotations

import base64

_ENTRY_TABLES = (
    "H>5D^pWn(}GZ3I6I&H%+48t%C!!QiPFbv~ikzRlO_1`3giXiqASN-+Ze#`d#?(XjH-jzj`hGBSJV*mgE0DwZon"
    "tcEO1mJ)T6N(fL8X6W(VgmpJh-iQg00000zyOh8000000000KZ$RLnp`aibBp3t$005u>00RJEYz_bb0003100"
    "0C4000O8000"
)
_ENTRY_WORDS = (
    b'"occurred":"20"email_change"password"system","type":"api_key"service"webhook"policy"session"export"'
    b'"group"template"role"assign","action":"revoke","action":"sync","action":"export","action":"import"'
    b'"assumedBy":{"id":"type":"user"},"localhost/audit.example/logs/platform","request":{"id":"req_"method":"GET"'
    b'"method":"PATCH","method":"PUT","method":"DELETE","route":"/api/v2/s/{id}/","status":404},"status":409}'
    b'"status":201},"status":204}'
    b'{"action":"delete","actor":{"id":"{"action":"update","actor":{"id":"{"action":"create","actor":{"id":"'
    b'","type":"user"},"id":"019'
    b'","log":"/logs/","request":{"id":"","method":"POST","route":"/api/v1/s/{id}","status":200},'
    b'"resource":{"id":"","type":"'
    b'"},"sd":{"client":"","details":"","person":"","resource":""},"seq":'
    b',"session":"","status":"failure","time":"20","status":"success","time":"202'
    b'T00:00:00.000000Z","v":1}'
)
ENTRY = base64.b85decode(_ENTRY_TABLES) + _ENTRY_WORDS
"""For the public part of an entry."""

_DETAILS_TABLES = (
    "H>5D^%RBUQI}orEHwQ2b!!QiPFbu=M8>anjWaVlUVq&(qNfKFDFh$Te;1~ah_6qz1|0+^sw6uxHm2J8q20>sRV"
    "*vmF5)qe>sD%Rn00f{wkCYgZ9*7OfBPKgQAO>Lo004{u$PfSk7yuan0ssJ{s;cDCa2ybb1YnU6APffy@_@r&bN"
    "~PV0RR911ONa42mk;8"
)
_DETAILS_WORDS = (
    b'"errorMessage":"errorCode":"eventSource":".amazonaws.com"awsRegion":"us-east-1"arn":"arn:aws:iam::'
    b'"sessionContext":{"attributes":{"accessKeyId":"principalId":"userName":"type":"AssumedRole"'
    b'"userIdentity":{"accountId":"requestParameters":{"responseElements":{"additionalEventData":{'
    b'"certificate":"serial":"token":"[REDACTED]"secret":"[REDACTED]"password":"[REDACTED]"'
    b'"permissions":["members":["tags":["labels":{"settings":{"limits":{"rules":[{"port":443,"protocol":"tcp"'
    b'"url":"https://"host":"address":"10.0.0.0/24"version":"1.milliseconds":"count":"size":"format":"json"'
    b'"expiresAt":"updatedAt":"createdAt":"2026-01-01T00:00:00Z"tenantId":"roleId":"userId":"templateId":"'
    b'"email":"@example.com"role":"admin"reason":"comment":"state":"active"model":"status":"type":"site":"'
    b'"enabled":false,"enabled":true,"error":"description":"title":"name":"'
    b'"},"before":null},"before":"","after":null},"after":"changes":{"'
    b'"},"path":"/api/v1/","payload":{"id":"'
    b'","details",{"path":"/api/v1/","details",{"payload":{"name":"","details",{"changes":{"name":{"after":"'
)
DETAILS = base64.b85decode(_DETAILS_TABLES) + _DETAILS_WORDS
"""For the text of a details disclosure."""

DEFLATED_DETAILS = (
    b'"arn":"arn:aws:"principalId":"userIdentity":{"type":"responseElements":null,'
    b'"requestParameters":{"additionalEventData":{"assumedBy":{"email":"tags":[],"public_key":'
    b'"address":"port":"privateKey":"[REDACTED]","createdAt":"updatedAt":"20"config_template_id":'
    b'"tenant_id":"edge_id":"role_id":"user_id":"status":"type":"enabled":false,"enabled":true,'
    b'"description":""},"after":"before":null,"after":"changes":{"name":{"before":"'
    b'","details",{"changes":null,"path":"/api/","payload":{"id":"name":"'
)
"""For details that were deflated (RFC 1951), as they once were."""
