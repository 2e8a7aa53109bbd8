"""Words that stand beside names and tell what they are: titles, groups, first words of institutions.

Each list is our own, English unless it says otherwise. A word that is missing costs a link or leaves a doubtful one: add it
to its list.
"""

from __future__ import annotations

# Titles and offices: capitals before a person's name that make no longer name of what stands around them
TITLES = frozenset(
    "president vice-president presidents vice premier premiers prime minister ministers chancellor chancellors secretary "
    "undersecretary deputy senator senators sen congressman congresswoman representative representatives rep governor gov general "
    "gen colonel col admiral adm major lieutenant captain sergeant ambassador ambassadors envoy chairman chairwoman chairperson "
    "chair speaker director director-general secretary-general commissioner spokesman spokeswoman spokesperson king queen prince "
    "princess emperor empress tsar czar shah sultan emir supreme leader ayatollah pope cardinal archbishop bishop patriarch imam "
    "rabbi judge justice attorney prosecutor foreign defense defence interior finance mr mrs ms miss dr prof professor sir lady "
    "lord dame comrade marshal dictator candidate nominee republican democrat first former acting chief mayor madam président "
    "présidente ministre chancelier chancelière roi reine presidente presidenta ministro ministra canciller rey reina "
    "президент премьер премьер-министр министр канцлер король".split()
)
# Groups of people with a capital of their own, days and months: what follows or precedes a name without belonging to it
GROUPS = frozenset(
    "i muslim muslims christian christians jew jews jewish catholic catholics protestant protestants hindu hindus sunni shia "
    "shiite shiites kurd kurds kurdish arab arabs roma tatar tatars buddhist buddhists sikh sikhs marxist communist republicans "
    "democrats conservatives liberals greens internet web english latin latino hispanic monday tuesday wednesday thursday friday "
    "saturday sunday january february march april may june july august september october november december mon tue tues wed thu "
    "thurs fri sat sun jan feb mar apr jun jul aug sept oct nov dec christmas easter ramadan "
    "nazi soviet imperial tsarist maoist fascist nobel".split()
)
# Words with a capital at the start of a sentence, or in a headline, that are no part of the name that follows
FUNCTION_WORDS = frozenset(
    "a an the and or but nor not of with without for in into on by to from that than as at before against about over under "
    "between behind beyond during since until if when while where why how what who which because like whether although though "
    "despite unlike among across after amid around within throughout inside outside near toward towards via versus except "
    "including whereas unless will would can could may might must should shall does did do is are was were be been being has have "
    "had let get gets see sees this these those such some many most much more few several both either neither each every all any "
    "no only just even still now then today yesterday tomorrow yet again once here there thus hence so too also instead perhaps "
    "maybe meanwhile moreover however furthermore later earlier soon often sometimes never always ever recently already almost "
    "nearly his her its their our my your he she it they we you one two three four five six seven eight nine ten says said meets "
    "meet visits visit tells told asks ask wants want calls call leads lead leaves leave joins join hits hit backs back old young "
    "modern ancient medieval post-war postwar post-soviet pre-war neighboring neighbouring nearby nuclear oil-rich le la les un "
    "une des du de et ou mais que qui dans pour par sur avec sans selon entre depuis pendant contre en au aux ce cette el los las "
    "una unos unas y o pero según entre desde hasta contra sobre con sin por para en al del o os as um uma e ou mas segundo entre "
    "com sem por para em no na nos nas do da dos das der die das den dem des ein eine und oder aber für mit von zu bei nach aus "
    "in im am auf gegen zwischen seit "
    "и а но в во на с со к о об от до из за по для при между что как если когда это также".split()
)
# Adverbs and participles open sentences too ("Ultimately Russia", "Facing China")
FUNCTION_ENDINGS = ("ly", "ing", "ed", "'s", "’s", "wards")
# First words of names of institutions: "Bank of China", "University of Chile", "Tour de France"
INSTITUTIONS = frozenset(
    "academy airport airlines association ballet bank banco banque basilica bay bishop bishopric board bridge brigade "
    "broadcasting cape cathedral central chamber channel choir church circuit city club coast college commission committee "
    "company confederation conservatory constitution consulate corporation council county court crown cup daughters diocese duchy "
    "duke earl embassy faculty federation fort foundation gallery garden giro guild gulf high history hospital house institute "
    "institution island isle journal kingdom lake league library masters mercantile ministry monastery mountains museum national "
    "observatory open opera orchestra order palace parliament partition partitions party patriarchate philharmonic port press "
    "primate queen queens radio railways republic review river royal school sea see senate society sons straits supreme "
    "television theatre theater times tour trophy union university voice voix vuelta zoo collège université universidad "
    "universität académie musée museo église banca bibliothèque assemblée chambre "
    "king kings emperor empress prince".split()
)
# Capitals that make another name of a demonym: "Native American", "Anglo-Irish", "African-American"
MIXED_GROUPS = frozenset("african native asian latin hispanic anglo afro meso pan inter pre-columbian first black white".split())
DIRECTIONS = frozenset("north south east west northern southern eastern western northwest northeast southwest southeast".split())
# Parts of a state, which lie in it: "Punjab Province of Pakistan"
DIVISIONS = frozenset(
    "province state district county region oblast prefecture department canton city town island islands part parts".split()
)
# Before a name they make a person of it: "Miss Venezuela", "Colonel Poland"
PERSONAL_TITLES = frozenset(
    "mr mrs ms miss dr prof professor sir lady lord dame colonel col captain major sergeant saint st aunt uncle madam judge "
    "justice señor señora "
    "monsieur madame herr frau team".split()
)
# After a name and a comma they make a town of it: "Lebanon, Pennsylvania"
PROVINCES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|"
    "Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New "
    "Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South "
    "Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|Ontario|Quebec|"
    "Manitoba|Saskatchewan|Alberta|British Columbia|Nova Scotia|New Brunswick|Queensland|Victoria|Tasmania|New South Wales"
)
