"""A capital or seat of government that stands for its state: "Moscow warned", "talks with Tehran", not "in Moscow".

A place is taken for its government only where the words around it say that it acts, owns a policy, or is dealt with. The
patterns are for English; in other languages only the grammar of a subject or of a pair is looked for.
"""

from __future__ import annotations

import re
from functools import cache

# What governments did; regular verbs as stems
_STEMS = (
    "confer host publish restrict abandon confer host publish restrict apologis apologiz explain fil invok open pass quarrel rais "
    "repeat shar sign spar trad abandon accept accus acknowledg admit adopt aim agre allow announc answer apologi appeal appoint "
    "approv argu ask assert assur attempt authori avoid back balk ban bar believ block boycott broker call cancel caution "
    "challeng charg claim complain conced conclud condemn confirm consider contend counter criticis criticiz decid declar declin "
    "defend defi delay demand deni denounc deploy describ dismiss dispatch disput embrac emphasis emphasiz encourag endors engag "
    "escalat expel express fail favor favour fear follow forc guarante hail halt hesitat hint hop ignor impos indicat inform "
    "insist instruct intend interven introduc invad invest invit issu join justif launch lift limit maintain mobilis mobiliz mov "
    "need negotiat oblig offer oppos order oust pledg portray possess postpon praised prefer prepar press pressur prevent "
    "proclaim promis promot propos protest provid provok pull pursu push question ratif react reaffirm realis realiz reassur "
    "rebuff rebuk recall receiv reciprocat recognis recogniz reconsider refrain refus regard regret reiterat reject remain renew "
    "renounc replied repl requir resist respond restor restrict resum retaliat revers revok sanction scrapp secur seem seiz "
    "sentenc shelv signal slamm soften stall start stepp stopp stress suggest summon suppl support suspect suspend target test "
    "threaten tighten tolerat tri trigger turn underlin understat unveil urg us vetoed vot vow want warn welcom withhold worr "
    "yield"
)
_IRREGULAR = (
    "said told sent saw gave made took kept held knew thought sought brought bought broke built chose drew fought forbade got "
    "grew laid led left lost met paid put ran spoke spent stood struck swore taught understood upheld withdrew withheld won wrote "
    "began became"
)
_PRESENT = (
    "accepts accuses acknowledges admits agrees allows announces argues asserts asks backs believes blames blocks calls claims "
    "complains concedes condemns confirms considers contends continues counters criticises criticizes decides declares declines "
    "defends demands denies describes dismisses disputes encourages endorses expects expresses fails favors favours feels finds "
    "gets gives grows hopes ignores imposes insists intends invites keeps knows lacks looks loses maintains makes means moves "
    "needs objects offers opposes perceives plans pledges portrays prefers presents presses promises promotes proposes provides "
    "pursues pushes reacts recognises recognizes repeats refuses regards rejects relies remains responds retaliates risks says "
    "seeks sees seems sells sends signals stands steps stresses supports suspects takes tells thinks threatens tries urges uses "
    "views vows waits wants warns welcomes wields wishes worries"
)
_ADVERBS = (
    r"(?:itself|also|yet|just|now|then|later|soon|still|never|long|once|already|again|too|even|in turn|instead|reportedly|"
    r"officially|formally|publicly|repeatedly|consistently|initially|apparently|immediately|finally|recently|swiftly|quickly|"
    r"firmly|flatly|angrily|openly|quietly|effectively|certainly|clearly|probably|reluctantly|eventually|subsequently|simply|"
    r"merely|not|n['’]t|always|often)"
)
_ACTED = rf"(?:(?:{_STEMS.replace(' ', '|')})(?:t|p|n|l|m|b|g|r)?(?:ed|d|ied)|{_IRREGULAR.replace(' ', '|')})"
_ACTING = (
    rf"(?:(?:{_STEMS.replace(' ', '|')})[a-z]{{0,4}}|{_IRREGULAR.replace(' ', '|')}|grateful|reluctant|silent|ready|willing|able|"
    rf"unable|unwilling|keen|prepared|determined)"
)
_AUXILIARY = (
    r"(?:has|had|have|will|would|could|should|must|may|might|can|cannot|can['’]t|won['’]t|did|does|do|is|was|were|are|isn['’]t|"
    r"wasn['’]t|didn['’]t|doesn['’]t|hasn['’]t|wouldn['’]t)"
)
_VERB = (
    rf"(?:{_ADVERBS} )*(?:{_ACTED}|{_PRESENT.replace(' ', '|')}|{_AUXILIARY} (?:{_ADVERBS} )*(?:(?:be|been|being|have|has) "
    rf"(?:{_ADVERBS} )*)?{_ACTING})\b"
)
_POSSESSED = (
    "decision|position|polic(?:y|ies)|plans?|program(?:me)?s?|proposals?|offers?|demands?|claims?|response|reply|reaction|refusal|"
    "support|backing|intentions?|ambitions?|aims?|goals?|interests?|concerns?|fears?|views?|stance|line|strategy|strategic|"
    "approach|influence|role|allies|ally|partners?|rivals?|enem(?:y|ies)|neighbou?rs?|ambassadors?|envoys?|negotiators?|"
    "diplomats?|diplomacy|diplomatic|foreign|defen[cs]e|nuclear|military|missiles?|troops|forces|army|invasion|intervention|"
    "annexation|aggression|aggressive|war|campaign|sanctions|treaty|obligations?|commitments?|compliance|violations?|withdrawal|"
    "actions?|moves?|threats?|warnings?|veto|vote|consent|approval|agreement|rejection|recognition|relations?|relationship|ties|"
    "economic|trade|security|intelligence|rulers|leaders|leadership|regime|government|officials|propaganda|narrative|arsenal|"
    "weapons|territorial|sovereignty|bid|attempts?|efforts?|pressure|push|calls?|requests?|invitation|assertions?|accusations?|"
    "allegations?|denials?|suggestions?|message|statements?|announcement|readiness|willingness|reluctance|failure|insistence|own|"
    "latest|long-standing|growing|main|top|chief|official|political|domestic|global|regional|continued|alleged|perceived|hands?|"
    "eyes|favou?r|orbit|control|grip|side|part|behalf|credibility|influence|ability|power|hopes?|calculations?|tactics|terms|"
    "conditions|signature|participation|participants?|presence|help|aid|assistance|money|uranium|enrichment|atomic|ballistic|spy|"
    "proxies|proxy|client|patronage|seat|permanent|contribution|debt|currency|tariffs?|exports?|imports?"
)
_TAILS = (
    "backed|led|supported|sponsored|aligned|brokered|controlled|friendly|imposed|appointed|installed|funded|approved|dominated|"
    "ordered|allied|run"
)


@cache
def _after() -> re.Pattern[str]:
    """Return what follows a government; made when it is first asked for, since many commands never do."""
    return re.compile(
        rf"\s(?:{_VERB})"
        rf"|, (?:for its part|in turn|meanwhile|however|too|it said|it says),? (?:{_VERB})"
        rf"|, which (?:{_VERB})"
        rf"| {_AUXILIARY} not(?=[.,;])"
        rf"|,? (?:and|or|nor) (?:[A-Z][\w.]*(?: [A-Z]\w+)*) (?:both |each )?(?:{_VERB}|agree|have|are|want|remain|share)\b"
        rf"|['’]s? (?:[a-z]+ly |[a-z]+ )?(?:{_POSSESSED})\b"
        rf"| (?:government|regime|leadership|rulers)\b"
        rf"|-(?:{_TAILS})\b"
    )


_WITH = (
    "relations|relationship|ties|talks|deal|deals|agreement|agreements|negotiations?|negotiate[sd]?|negotiating|cooperation|"
    "cooperate|alliance|treaty|contacts?|dialogue|trade|war|conflict|tensions?|rivalry|friendship|break|broke|broken|allied|"
    "aligned|sided|side|sides|partnership|pact|consultations?|dispute|row|standoff|confrontation|diplomacy|channels?|"
    "rapprochement|détente|compromis(?:e|es|ed|ing)|bargain(?:s|ed|ing)?|engagement|engage|engaged|patience|work|working|deal|"
    "dealing|summit|accord|peace|compromise|coordinate[sd]?|coordination|competition|compete|frustration|anger|impatient|links|"
    "shared?"
)
_FROM = (
    "pressure|response|support|reply|signals?|aid|help|orders|instructions?|messages?|assurances?|statements?|reactions?|threats?|"
    "approval|criticism|backing|guarantees?|permission|concessions?|independence|independent|demands?|offers?|money|funding|"
    "weapons|arms|condemnation|protests?|distance[sd]?|commitments?|cooperation|denials?|warnings?|word|silence|guidance|"
    "directives?|interference"
)
_TO = (
    "messages?|signals?|warnings?|concessions?|responses?|according|loyal|loyalty|hostile|offers?|letters?|ultimatums?|threats?|"
    "challenges?|proposals?|subservient|answerable|appeals?|allegiance|appealed|complained|protested|demarche|note|thanks|"
    "opposition|opposed|blow|assurances?|pressure|alternative"
)
_ON = (
    "pressure|sanctions|blame|blamed|dependent|dependence|reliant|reliance|rely|relies|embargo|imposed?|depends?|demands|leverage|"
    "tough|tougher|hard|harder"
)
_FOR = (
    "victory|setback|defeat|blow|problem|news|priority|humiliation|important|lesson|support|embarrassment|win|advantage|dilemma|"
    "worry|opportunity|room|respect"
)
_OF = (
    "ally|allies|enemy|enemies|behalf|suspicious|suspicion|critical|critics?|fear|fears|intentions|support|wary|tolerant|approval|"
    "polic(?:y|ies)|position|influence|supporters?|opponents?|friends?|puppets?|accused|control|orbit|demands|independent|proxies|"
    "proxy|part"
)
_VERBS_ON = (
    r"accus(?:e|es|ed|ing)|urg(?:e|es|ed|ing)|warn(?:s|ed|ing)?|press(?:es|ed|ing)?|pressur(?:e|es|ed|ing)|ask(?:s|ed|ing)?|told|"
    r"tell(?:s|ing)?|forc(?:e|es|ed|ing)|push(?:es|ed|ing)?|blam(?:e|es|ed|ing)|allow(?:s|ed|ing)?|convinc(?:e|es|ed|ing)|"
    r"persuad(?:e|es|ed|ing)|anger(?:s|ed|ing)?|irritat(?:e|es|ed|ing)|inform(?:s|ed|ing)?|back(?:s|ed|ing)?|support(?:s|ed|ing)?|"
    r"condemn(?:s|ed|ing)?|criticis(?:e|es|ed|ing)|criticiz(?:e|es|ed|ing)|sanction(?:s|ed|ing)?|oblig(?:e|es|ed|ing)|deter(?:s|"
    r"red|ring)?|contain(?:s|ed|ing)?|isolat(?:e|es|ed|ing)|appeas(?:e|es|ed|ing)|antagoni[sz](?:e|es|ed|ing)|provok(?:e|es|ed|"
    r"ing)|trust(?:s|ed|ing)?|confront(?:s|ed|ing)?|challeng(?:e|es|ed|ing)|threaten(?:s|ed|ing)?|alert(?:s|ed|ing)?|notif(?:y|"
    r"ies|ied|ying)|reassur(?:e|es|ed|ing)|punish(?:es|ed|ing)?|embarrass(?:es|ed|ing)?|alarm(?:s|ed|ing)?|help(?:s|ed|ing)?|"
    r"let(?:s|ting)?|giv(?:e|es|en|ing)|gave|leav(?:e|es|ing)|keeps?|kept|keeping|calls? on|called on|calling on|criticism of|led "
    r"by|backed by|supported by|by|against|pro-|anti-|official|that|whether|if|because|when|while|as|but|than"
)
_PAIR = r"(?:(?:both )?[A-Z][\w.]*(?: [A-Z]\w+)?(?:, [A-Z]\w+)*,? (?:and|or) )?"
_BEFORE = re.compile(
    rf"\b(?:(?:{_WITH})[\"”’']? with|(?:{_FROM}) from|(?:{_TO}) to|(?:{_ON}) on|(?:{_FOR}) for|(?:{_OF}) of|(?:pro|anti)-|"
    rf"[Oo]fficial|(?<!flight )(?<!flights )(?<!train )(?<!trains )(?<!road )(?<!route )(?<!distance )(?<!halfway )(?<!link "
    rf")(?<!border )between|against|[Aa]ccording to|(?:government|military|leadership|regime|rulers|politicians?|authorities|"
    rf"officials?|leaders|policymakers|lawmakers) in|{_VERBS_ON})"
    rf" ?{_PAIR}\Z"
)
# "that", "if", "by" and the like say nothing by themselves: the place must be a subject too
_WEAK = re.compile(
    rf"\b(?:by|that|whether|if|because|when|while|as|but|than|giv\w+|gave|leav\w+|let\w*|helps?|helped|helping) ?{_PAIR}\Z"
)
_PARTICIPLE_BY = re.compile(
    r"\b(?:backed|supported|led|imposed|accused|condemned|criticised|criticized|rejected|announced|sponsored|controlled|occupied|"
    r"annexed|recogni[sz]ed|signed|ratified|approved|proposed|demanded|denied|funded|financed|armed|trained|ordered|dictated|"
    r"orchestrated|brokered|mediated|made|taken|seen|sent|promised|provided|supplied|violated|abandoned|vetoed|blocked|claimed|"
    r"ruled|governed|invaded|sanctioned|expelled|used|deployed|tested|threatened|pressured|"
    rf"influenced|manipulated|developed|launched|issued|offered|perceived|viewed|regarded|welcomed|declared|dominated) by "
    rf"{_PAIR}\Z"
)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|outside|inside|into|around|across|through|throughout|downtown|central|via|above|over|visit(?:s|ed|ing)?|"
    r"reach(?:es|ed|ing)?|left|leaves|leaving|enter(?:s|ed|ing)?|born|from|toward|towards|off|beyond|to|of|for|on|de|à|en|a|em|"
    r"nach|aus|bei|von|в|во|из|под|к|до|около|near|"
    rf"Greater|West|East|North|South|Old|New|Inner|suburban)\s(?:the )?{_PAIR}\Z"
)
# After a house with its article: what is no noun that the house would only describe, as in "the London office"
_NO_NOUN = re.compile(
    r"\s*(?:[.,;:!?)”\"—–]|\Z|['’]s|(?:and|or|but|nor|in|to|of|for|with|by|on|at|that|is|was|were|as|from|has|had|will|would|"
    r"could|may|might|over|about|after|before|when|while|if|since|this|last|itself|does|did|do|can|must|should|not|against|under|"
    r"during|because|than|who|which|where)\b)"
)
_SUBJECT_BEFORE = re.compile(
    r"(?:\A|[.!?:;\n“\"«]\s*|\b(?:selon|según|segundo|laut|согласно|et|y|e|und|и|entre|zwischen|между|que|dass|что|mais|pero|mas|"
    r"aber|но)\s)(?:(?:le|la|el|l['’]|"
    r"der|das|die|o|a)\s?)?\Z",
    re.IGNORECASE,
)

_PLACES_BEFORE = re.compile(
    r"\b(?:à|de|en|a|em|in|nach|aus|bei|von|в|во|из|под|к|до)\s(?:la |el )?\S+ (?:et|y|e|und|и)\s\Z", re.IGNORECASE
)


def is_actor(text: str, begin: int, end: int, language: str | None) -> bool:
    """Tell whether the place named at these offsets stands for those who govern there."""
    before = text[max(0, begin - 80) : begin]
    if language not in (None, "en"):
        is_subject = _SUBJECT_BEFORE.search(before) is not None and _PLACES_BEFORE.search(before) is None
        return is_subject and not text.startswith(",", end)
    if text.startswith("-", end) or text.startswith("–", end):
        return re.match(rf"[-–](?:{_TAILS}|[A-Z])", text[end:]) is not None
    after = text[end : end + 80]
    acts = _after().match(after) is not None
    if before[-4:] in ("the ", "The "):  # a house: the Kremlin, the White House
        before = before[:-4]
        acts = acts or _NO_NOUN.match(after) is not None
    return (acts and _PLACE_BEFORE.search(before) is None) or _is_dealt_with(before)


def _is_dealt_with(before: str) -> bool:
    return _BEFORE.search(before) is not None and (_WEAK.search(before) is None or _PARTICIPLE_BY.search(before) is not None)
