"""What bots and people say, by language: advertising, that a machine answers, that a consent ends, that somebody wants
to be forgotten. What is an offer of the bank is found by the offer itself, in any words."""

import re
from collections.abc import Mapping

Table = Mapping[str, re.Pattern[str]]


def _table(**words: str) -> Table:
    return {language: re.compile(pattern, re.IGNORECASE) for language, pattern in words.items()}


PROMOTION = _table(
    en=r"\d+\s?%\s?(?:off|back|discount)|[$€£]\s?\d[\d.,]*\s?(?:off|back)\b|\bcash\s?-?back\b"
    r"|\b(?:special|exclusive|limited|new)[ -](?:time )?offers?\b|\boffers? (?:for|of the|just)\b"
    r"|\bpromo(?:tion|tional|s)?\b|\bcoupons?\b|\bvouchers?\b|\bsave (?:up to )?(?:[$€£]\s?)?\d"
    r"|\bearn (?:up to )?(?:[$€£]\s?)?\d|\bpre-?approved\b|\bapply (?:now|today)\b|\bupgrade (?:now|today)\b"
    r"|\bbonus points\b|\bon sale\b",
    es=r"\d+\s?% de (?:descuento|reembolso)|\bofertas? (?:especial(?:es)?|exclusivas?|limitadas?|para ti"
    r"|para usted|de la "
    r"semana)\b|\bpromoci(?:ón|ones)\b|\bcup(?:ón|ones)\b|\bahorr[ae] (?:hasta )?(?:[$€]\s?)?\d"
    r"|\bgan[ae] (?:hasta )?(?:[$€]\s?)?\d|\bpreaprobad[oa]s?\b|\bsolicít[ae]l[oa] (?:ahora|hoy|ya)\b",
    de=r"\d+\s?% (?:Rabatt|Nachlass|günstiger|sparen)|\b(?:Sonder|Exklusiv|Neukunden)angebot\w*"
    r"|\bexklusive[sr]? Angebot\w*"
    r"|\bAngebote? (?:der Woche|nur für|exklusiv)\b|\bRabatt(?:aktion|code)\w*|\bGutschein(?:e|code)?\b"
    r"|\bWerbeaktion\w*"
    r"|\bjetzt (?:beantragen|sichern|zugreifen)\b|\bsparen Sie (?:bis zu )?(?:€\s?)?\d|\bBonuspunkte\b"
    r"|\bvorab genehmigt",
    fr=r"\d+\s?% de (?:réduction|remise|rabais)|\boffres? (?:spéciales?|exclusives?|limitées?|du moment"
    r"|de la semaine)\b"
    r"|\bbons? de réduction\b|\bcodes? promo\b|\bprofitez-en\b|\béconomisez (?:jusqu['’]à )?\d"
    r"|\bgagnez (?:jusqu['’]à )?\d"
    r"|\bpréapprouvée?s?\b|\bdemandez-l[ae] (?:maintenant|aujourd)",
    pt=r"\d+\s?% de (?:desconto|volta)|\bofertas? (?:especial|especiais|exclusivas?|limitadas?|para você|da semana)\b"
    r"|\bpromoç(?:ão|ões)\b|\bcupo(?:m|ns)\b|\beconomize (?:até )?(?:R\$\s?)?\d|\bganhe (?:até )?(?:R\$\s?)?\d"
    r"|\bpré-aprovad[oa]s?\b|\bpeça (?:já|agora)\b",
    it=r"\d+\s?% di (?:sconto|rimborso)|\bsconto del \d|\boffert[ae] (?:special[ei]|esclusiv[ae]|limitat[ae]"
    r"|per te|della "
    r"settimana)\b|\bpromozion[ei]\b|\bbuon[oi] sconto\b|\brisparmi(?:a|ate)? (?:fino a )?(?:€\s?)?\d"
    r"|\bguadagna (?:fino a )?(?:€\s?)?\d|\bpreapprovat[oa]\b|\brichiedil[oa] (?:ora|subito|oggi)\b",
)
AUTOMATED = _table(
    en=r"\b(?:chat)?bots?\b|\bautomat\w*|\bvirtual (?:assistant|agent)|\bdigital assistant|\brobot"
    r"|\bnot a (?:human|person)"
    r"|\bmachine\b|\bno human\b|\bAI\b",
    es=r"\basistente (?:virtual|digital)|\bautomátic\w*|\bno soy (?:una persona|human[oa])",
    de=r"\b(?:virtuelle|digitale)\w* Assistent\w*|\bkeine? (?:Mensch|Person)\b|\bKI\b|\bMaschine\b",
    fr=r"\bassistante? (?:virtuel|numérique)\w*|\bpas (?:un humain|une personne)|\bIA\b",
    pt=r"\bassistente (?:virtual|digital)|\bautomátic\w*|\bnão sou (?:uma pessoa|human[oa])",
    it=r"\bassistente (?:virtuale|digitale)|\bnon sono (?:una persona|uman[oa])",
)
ENDING = _table(
    en=r"\b(?:expir\w*|renew\w*|ends? (?:soon|on)|re-?authori[sz]\w*|link (?:it |them )?again)\b",
    es=r"\b(?:caduc|venc|renov)\w*|\bvuelv\w* a (?:vincular|conectar)",
    de=r"\bläuft\b.{0,60}\bab\b|\babläuft\b|\b(?:erneuer|verlänger)\w*",
    fr=r"\b(?:expir|renouvel)\w*|\barrive à échéance|\breconnect\w*",
    pt=r"\b(?:expir|venc|renov|caduc)\w*",
    it=r"\b(?:scad|rinnov|ricolleg)\w*",
)
FORGET = _table(
    en=r"\bforget (?:about )?me\b|\b(?:delete|erase|remove) (?:all (?:of )?)?my (?:data|information)\b",
    es=r"\bolvídame\b|\b(?:borr|elimin)\w* (?:todos )?mis datos\b",
    de=r"\bvergiss mich\b|\bvergessen Sie mich\b|\blösch\w* (?:bitte )?(?:alle )?meine Daten\b",
    fr=r"\boublie[sz]?-moi\b|\b(?:supprim|effac)\w* (?:toutes )?mes données\b",
    pt=r"\besque(?:ça|ce)[- ](?:de )?m(?:e|im)\b|\b(?:apag|exclu|elimin)\w* (?:todos )?(?:os )?meus dados\b",
    it=r"\bdimentica(?:te)?mi\b|\b(?:cancell|elimin)\w* (?:tutti )?i miei dati\b",
)
"""Said by a person."""


def spoken(table: Table, text: str) -> str:
    """The first of a table's words in a text, in whichever language; empty where there is none."""
    found = (pattern.search(text) for pattern in table.values())
    return next((match[0] for match in found if match), "")
