"""The lines by which mail programs introduce a quotation or a forward, in the languages they speak."""

import re

_WROTE_LAST = (
    r"wrote|writes|a écrit|escribió|escribio|escreveu|ha scritto|scrisse|napisał\(a\)|napisał|napisała"
    r"|pisze|geschreven"
    r"|kirjoitti|написал\(а\)|написал|написала|пишет|писал|писала|写道|寫道|yazdı|napsal\(a\)|napsal|napsala|írta"
    r"|a scris|a escrit|đã viết|kirjutas|έγραψε|כתב|كتب|님이 작성|のメール|pravi|rašė|rakstīja|написа|diz|dijo"
)
_WROTE_INSIDE = r"schrieb|schreef|skrev|skrifaði"

# The author's name may follow the verb in German, Dutch and the Scandinavian languages: "Am 3.2. schrieb A. B.:"
ATTRIBUTION_END = re.compile(
    rf"(?:^|[\s\d>\"”’)\]])(?:{_WROTE_LAST}|{_WROTE_INSIDE})\s?[:：]\s*$"
    rf"|\s(?:{_WROTE_INSIDE})\b.{{0,200}}[:：]\s*$"
    r"|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.{0,200}<\s?[^\s<>]{1,100}@[^\s<>]{1,100}>\s?[:：]$",
    re.IGNORECASE,
)
ATTRIBUTION_START = re.compile(
    r"(?:on|am|le|el|il|em|op|den|dnia|w dniu|dne|pe|vào|dana|ons|tor|fre|man|tir|ma|ti|ke|в|на|στις"
    r"|בתאריך|في|在|于|於)\b"
    r"|\d{1,4}[-/.年]\s?\d|\d{1,2}\.? [^\W\d]|[\"'“]",
    re.IGNORECASE,
)
DATED = re.compile(r"\d{1,2}[:.h]\d\d|\d{4}|\d{1,2}[./-]\d{1,2}|@")

_MARKED = r"[-_=*>\s]{0,80}"
ORIGINAL_MESSAGE = re.compile(
    rf"{_MARKED}(?:original message|original appointment|ursprüngliche nachricht|message d'origine|mensaje original"
    rf"|mensagem original|messaggio originale|oorspronkelijk bericht|oprindelig meddelelse|ursprungligt meddelande"
    rf"|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|исходное сообщение|原始邮件|原始郵件"
    rf"|元のメッセージ)"
    rf"{_MARKED}",
    re.IGNORECASE,
)

# "---- On Wed, 24 Feb 2021 14:02:50 +0530 A. B. wrote ----" (Zoho), "2013/7/20 A. B. <a@b.example>" (old Gmail)
UNUSUAL_INTRODUCTION = re.compile(
    r"-{2,}\s?(?:on|le|am|el|em|op)\b.{0,150}\d.{0,150}-{2,}"
    r"|\d{4}/\d{1,2}/\d{1,2} .{0,100}<[^\s<>]{1,100}@[^\s<>]{1,100}>",
    re.IGNORECASE,
)
RULER = re.compile(r"[-_=*]{8,}")

HEADER_START = re.compile(
    r"[*>\s]{0,4}(?:from|von|de|da|van|från|fra|od|lähettäjä|от|от кого|发件人|寄件者|差出人|보낸 사람"
    r"|kimden|feladó)\*?\s?[:：]",
    re.IGNORECASE,
)
HEADER_LINE = re.compile(
    r"[*>\s]{0,4}(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|enviado el"
    r"|fecha|para|asunto"
    r"|data|a|oggetto|inviato|assunto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|lähetetty"
    r"|vastaanottaja"
    r"|aihe|wysłano|do|temat|дата|отправлено|кому|тема|发送时间|收件人|主题|日期|寄件日期|收件者|主旨"
    r"|送信日時|宛先|件名"
    r"|보낸 날짜|받는 사람|제목|gönderme tarihi|tarih|kime|konu|küldve|címzett|tárgy)\*?\s?[:：]",
    re.IGNORECASE,
)

FORWARD_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|wg|tr|rv|enc|doorst|转发|轉寄|轉發|i)\s?[:：]", re.IGNORECASE
)
REPLY_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:re|aw|antw|sv|vs|ref|rif|r|odp|ynt|res|回复|回覆|答复"
    r"|отв)(?:\[\d{1,3}\])?\s?[:：]",
    re.IGNORECASE,
)
FORWARD_MARK = re.compile(
    r"[-\n]\s?(?:forwarded message|begin forwarded message|weitergeleitete nachricht"
    r"|anfang der weitergeleiteten (?:e-mail|nachricht)|message transféré|début du message (?:réexpédié|transféré)"
    r"|mensaje reenviado|inicio del mensaje reenviado|mensagem encaminhada|messaggio inoltrato|doorgestuurd bericht"
    r"|begin doorgestuurd bericht|vidarebefordrat meddelande|videresendt (?:meddelelse|melding)"
    r"|пересылаемое сообщение"
    r"|转发的邮件|轉寄郵件|転送されたメッセージ)\s?[-:：]",
    re.IGNORECASE,
)
