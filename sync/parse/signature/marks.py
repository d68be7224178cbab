"""The words and forms by which lines of a signature are recognised.

Each expression is run on lines of bounded length only: see `lines.LONGEST_LINE`.
"""

import re

RULER = re.compile(r"[\W_0]+")
"""A line without words, drawn to set apart what follows, as in `-- `, `* * *` and `=0=0=0=`."""

_CLOSINGS = """
    regards, best regards, kind regards, warm regards, with kind regards, rgds, rgrds, best, all the best, best wishes,
    thanks, thank you, many thanks, thanks again, thanks and regards, thx, cheers, sincerely, sincerely yours,
    yours sincerely, yours truly, yours faithfully, respectfully, cordially, take care, talk soon, love, later, ciao,
    mit freundlichen grüßen, mit freundlichen gruessen, mit freundlichem gruß, mit besten grüßen,
    freundliche grüße, viele grüße, beste grüße, liebe grüße, herzliche grüße, schöne grüße, gruß, grüße, gruss,
    mfg, lg, vg, danke, vielen dank,
    cordialement, bien cordialement, très cordialement, bien à vous, sincères salutations, salutations,
    meilleures salutations, merci, bonne journée,
    saludos, saludos cordiales, un saludo, un cordial saludo, atentamente, cordialmente, gracias, un abrazo,
    з повагою, із повагою, з найкращими побажаннями, дякую, щиро дякую, с уважением, спасибо,
    met vriendelijke groet, groeten, hartelijke groet, cordiali saluti, distinti saluti, grazie, saluti,
    atenciosamente, abraços, obrigado, obrigada, pozdrawiam, z poważaniem, med vänlig hälsning, mvh, hälsningar,
    順頌商祺, 順頌時祺, 敬祝, 謝謝, 谢谢, 祝好, 此致, 敬禮, 敬上, 祝商祺, よろしくお願いします,
    よろしくお願いいたします, 감사합니다
"""
CLOSINGS = frozenset(" ".join(words.split()) for words in _CLOSINGS.split(","))

TITLE = re.compile(
    r"\b(?:c[efiotms]o|cmo|ciso|[se]?vp|vice president|president|chair(?:man|woman|person)?|founder|co-?founder|"
    r"owner|partner|principal|managing|director|manager|head of|lead|leader|engineer|developer|architect|designer|"
    r"analyst|consultant|specialist|coordinator|administrator|assistant|associate|representative|executive|"
    r"officer|accountant|controller|counsel|attorney|lawyer|recruiter|buyer|trader|scheduler|planner|scientist|"
    r"researcher|professor|lecturer|editor|writer|programmer|technician|supervisor|secretary|treasurer|evangelist|"
    r"intern|broker|advis[eo]r|strategist|artist|"
    r"\w*geschäftsführer(?:in)?|\w*leiter(?:in)?|\w*leitung|vertrieb|einkauf|prokurist(?:in)?|\w*berater(?:in)?|"
    r"\w*entwickler(?:in)?|inhaber(?:in)?|vorstand|\w*ingenieur(?:in)?|"
    r"direct(?:eur|rice)|responsable|gérante?|chef de|ingénieure?|présidente?|administrateur|gerente|directora?|"
    r"jef[ea]|ingenier[oa]|consultora?|asesora?|"
    r"директор(?:ка)?|менеджер(?:ка)?|керівни(?:к|ця)|інженер(?:ка)?|засновни(?:к|ця)|начальник|консультант(?:ка)?)\b|"
    r"经理|經理|總監|总监|工程師|工程师|主管|部長|部长|總裁|总裁|董事|代表取締役|課長",
    re.IGNORECASE,
)

LEGAL_FORM = re.compile(
    r"(?<!\w)(?:inc|llc|l\.l\.c|llp|ltd|limited|corp|corporation|company|plc|p\.c|gmbh|ag|kg|ug|ohg|"
    r"e\.k|sas|sarl|s\.a\.?s|s\.a\.?r\.?l|s\.a|sa|s\.l|srl|s\.r\.?l|s\.?p\.?a|b\.v|bv|n\.v|nv|a/s|aps|oy|pty|k\.k|"
    r"тов|фоп|ооо|ао)\.?(?!\w)|株式会社|有限公司|股份公司",
    re.IGNORECASE,
)
ORGANISATION = re.compile(
    r"\b(?:universit\w+|universidad|institut[eo]?|college|laborator(?:y|ies)|associates|technologies|"
    r"bank|hochschule|університет|cent(?:er|re) for)\b|大學|大学|銀行|银行",
    re.IGNORECASE,
)

PHONE_LABEL = re.compile(
    r"(?<!\w)(?:tele(?:phone|fon)|tel|tél|phone|ph|voice|voip|office|direct|main|work|desk|mobile|mob|móvil|mobil|cell|"
    r"handy|[tpmocd]|тел|моб|телефон|電話|电话|手機|手机)(?!\w)",
    re.IGNORECASE,
)
FAX = re.compile(r"(?<!\w)(?:(?:tele|tlf)?fa[xk]s?|fx|f|факс)(?!\w)|传真|傳真", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w.@#/+-])\+?\s?\(?\d[\d().\-/\s]{5,22}\d")
NOT_A_PHONE = re.compile(
    r"\d{5}-\d{4}|\d{1,2}\.\d{1,2}\s\d.*|\d{1,3}(?:\.\d{1,3}){3}|\d{4}[-/.]\d\d?[-/.]\d\d?.*|\d\d?[-/.]\d\d?[-/.]\d{2,4}(?:\s.*)?"
)
"""Nine-digit postal codes, network addresses, dates, and rows of decimals."""
OTHER_NUMBER = re.compile(
    r"pager|beeper|\basst\b|assistant\s*[:-]|"
    r"icq|fingerprint|key ?id|key id|\bust|\bvat\b|registered|\bhrb\b|siret|p\.?\s?o\.?\s?box|#\d",
    re.I,
)

URL = re.compile(r"\b(?:https?://|www\.)[^\s<>|,;\"'()]+|\b(?:[a-z]{2,3}\.)?linkedin\.com/[^\s<>|,;\"'()]+", re.I)
EMAIL = re.compile(r"<?(?:mailto:\s?)?[\w.+%-]+@[\w-]+(?:\.[\w-]+)*>?")
POSTAL = re.compile(
    r"\b[A-Z]{2}\.?,?\s+\d{5}(?:-\d{4})?\b|^(?:[A-Z]{1,2}-)?\d{4,5}\s+[^\W\d_]{2,}|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b"
)
STREET = re.compile(
    r"\b\d+[a-z]?,?\s.*\b(?:street|st|avenue|ave|road|rd|drive|dr|boulevard|blvd|lane|ln|way|court|ct|place|pl|square|"
    r"suite|floor|parkway|pkwy|highway|hwy)\b|"
    r"(?:straße|strasse|str\.|platz|weg|allee|gasse)\s*\d+|\b(?:rue|avenue|calle|via|вул)\b.*\d",
    re.IGNORECASE,
)
EXTENSION = re.compile(r"^\s*[x*]\.?\s?-?\d[\d-]{2,7}\s*$|\bx[-.]?\s?\d{3,6}\b|\bext\.?\s*\d{2,6}\b", re.IGNORECASE)
FOREIGN = re.compile(
    r"^\W*(?:to|cc|bcc|subject|from|sent|date)\s*:|forwarded by|original message|weitergeleitet(?:e nachricht| von)|"
    r"message transféré|mensaje reenviado|переслан(?:е|ий) лист",
    re.IGNORECASE,
)
"""What mail programs write above the mail of others."""
