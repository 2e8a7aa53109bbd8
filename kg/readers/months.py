"""Names of months and weekdays in the languages whose dates are read."""

from __future__ import annotations

import calendar

# As printed in dates (Slavic: genitive, then nominative), in lower case; a stroke parts forms of one month
_MONTHS = {
    "de": "januar|jänner|jaenner|jän februar|feber märz|maerz|mär|mrz april mai juni juli august september "
    "oktober|okt november dezember|dez",
    "fr": "janvier|janv février|fevrier|févr|fév|fevr mars avril|avr mai juin juillet|juil août|aout septembre octobre novembre "
    "décembre|decembre|déc",
    "es": "enero|ene febrero marzo abril|abr mayo junio julio agosto|ago septiembre|setiembre octubre noviembre diciembre|dic",
    "it": "gennaio|gen febbraio marzo aprile maggio|mag giugno|giu luglio|lug agosto settembre|set ottobre|ott novembre dicembre",
    "pt": "janeiro fevereiro|fev março|marco abril maio junho julho agosto setembro outubro|out novembro dezembro",
    "nl": "januari februari maart|mrt april mei juni juli augustus september oktober november december",
    "ru": "января|январь|янв февраля|февраль|фев|февр марта|март|мар апреля|апрель|апр мая|май июня|июнь|июн июля|июль|июл "
    "августа|август|авг сентября|сентябрь|сен|сент октября|октябрь|окт ноября|ноябрь|ноя|нояб декабря|декабрь|дек",
    "uk": "січня|січень лютого|лютий березня|березень квітня|квітень травня|травень червня|червень липня|липень "
    "серпня|серпень вересня|вересень жовтня|жовтень листопада|листопад грудня|грудень",
    "pl": "stycznia|styczeń|sty lutego|luty|lut marca|marzec kwietnia|kwiecień|kwi maja|maj czerwca|czerwiec|cze "
    "lipca|lipiec|lip sierpnia|sierpień|sie września|wrzesień|wrz października|październik|paź|paz listopada|listopad|lis "
    "grudnia|grudzień|gru",
    "cs": "ledna|leden února|únor března|březen dubna|duben května|květen června|červen července|červenec srpna|srpen "
    "září října|říjen listopadu prosince|prosinec",
    "tr": "ocak|oca şubat|şub mart nisan|nis mayıs|mayis haziran|haz temmuz|tem ağustos|agustos|ağu eylül|eylul|eyl ekim|eki "
    "kasım|kasim|kas aralık|aralik|ara",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember|des",
    "fi": "tammikuuta|tammikuu helmikuuta|helmikuu maaliskuuta|maaliskuu huhtikuuta|huhtikuu toukokuuta|toukokuu "
    "kesäkuuta|kesäkuu heinäkuuta|heinäkuu elokuuta|elokuu syyskuuta|syyskuu lokakuuta|lokakuu marraskuuta|marraskuu "
    "joulukuuta|joulukuu",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "ro": "ianuarie|ian februarie martie aprilie mai iunie|iun iulie|iul august septembrie octombrie noiembrie|noi decembrie",
    "el": "ιανουαρίου|ιαν φεβρουαρίου|φεβ μαρτίου|μαρ απριλίου|απρ μαΐου|μαϊ ιουνίου|ιουν ιουλίου|ιουλ αυγούστου|αυγ "
    "σεπτεμβρίου|σεπ οκτωβρίου|οκτ νοεμβρίου|νοε δεκεμβρίου|δεκ",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
}
_WEEKDAYS = {
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim",
    "es": "lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb dom",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica gio sab",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira seg ter qua qui sex",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo",
    "ru": "понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс",
    "pl": "poniedziałek wtorek środa czwartek piątek sobota niedziela pon wt śr czw pt sob niedz",
    "tr": "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
    "sv": "måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag",
}

ENGLISH = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
ENGLISH |= {name[:3]: number for name, number in ENGLISH.items()} | {"sept": 9}
MONTHS = {
    form: number for names in _MONTHS.values() for number, forms in enumerate(names.split(), 1) for form in forms.split("|")
} | ENGLISH
ENGLISH_WEEKDAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed wednes thu thurs fri sat satur sun".split()
)
WEEKDAYS = ENGLISH_WEEKDAYS.union(*(names.split() for names in _WEEKDAYS.values()))
