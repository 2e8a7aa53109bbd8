"""The language of a text that does not say it."""

import pytest

from kg.errors import TermError
from kg.readers import languages
from kg.readers.languages import detect

TEXTS = {
    "en": """The two countries that share the river have agreed on how its water is to be measured, and on who measures it.
        They meet each spring at the border, and nobody had expected that so little would be said about the harbour.""",
    "de": """Die beiden Länder, die sich den Fluss teilen, haben sich darauf geeinigt, wie das Wasser gemessen wird und wer es
        misst. Sie treffen sich jedes Frühjahr an der Grenze, und niemand hatte erwartet, dass vom Hafen keine Rede ist.""",
    "fr": """Les deux pays qui se partagent le fleuve se sont mis d'accord sur la manière de mesurer ses eaux et sur celui qui
        les mesure. Ils se retrouvent chaque printemps à la frontière, et personne ne pensait qu'on parlerait si peu du port.""",
    "es": """Los dos países que comparten el río se han puesto de acuerdo sobre cómo se mide el agua y quién la mide. Se reúnen
        cada primavera en la frontera, y nadie esperaba que se hablara tan poco del puerto que ambos reclamaban. El año pasado
        los ministros firmaron además un acuerdo sobre la pesca, que todavía no ha sido publicado en ninguno de los dos. Hasta
        entonces valen las reglas de siempre, que nadie respeta.""",
    "pl": """Oba kraje, które dzielą rzekę, uzgodniły, jak mierzyć jej wodę i kto ma ją mierzyć. Spotykają się każdej wiosny na
        granicy, a nikt nie oczekiwał, że tak mało będzie się mówić o porcie, do którego oba państwa miały prawo.""",
    "ru": """Две страны, через которые течёт река, договорились о том, как измерять её воду и кто будет её измерять. Они
        встречаются каждую весну на границе, и никто не ожидал, что о порте будет сказано так мало. В прошлом году министры
        подписали ещё и соглашение о рыболовстве, которое до сих пор не опубликовано ни в одной из этих стран.""",
    "ar": """اتفق البلدان اللذان يتقاسمان النهر على كيفية قياس مياهه وعلى من يقيسها. وهما يجتمعان كل ربيع على الحدود، ولم يتوقع أحد
        أن يقال القليل عن الميناء الذي طالب به كلاهما سنوات طويلة قبل المعاهدة.""",
    "ja": "川を共有する二つの国は、その水をどのように測り、誰が測るかについて合意した。両国は毎年春に国境で会合を開くが、"
    "港についてほとんど語られないとは誰も予想していなかった。両国は条約の前の長い年月にわたって港の領有を主張していたのである。",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_of_some_sentences_has_its_language(language: str) -> None:
    text = " ".join(TEXTS[language].split())
    assert {detect(text) for _ in range(3)} == {language}


@pytest.mark.parametrize(
    "text", ["", "   ", "Read more", "Die Grenze am Fluss", "1234567890 " * 100, "… — ! ? " * 500, "\x00\ud800" * 500]
)
def test_a_text_of_few_letters_has_none(text: str) -> None:
    assert detect(text) is None


def test_a_text_of_two_languages_at_once_has_none_or_one_of_them() -> None:
    words = zip(TEXTS["en"].split(), TEXTS["de"].split(), strict=False)
    assert detect(" ".join(word for pair in words for word in pair)) in (None, "en", "de")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("EN", "en"),
        ("English", "en"),
        ("Deutsch", "de"),
        ("pt_BR", "pt-br"),
        ("es-AR.UTF-8", "es-ar"),
        ("zh_Hant_TW", "zh-hant-tw"),
    ],
)
def test_a_language_is_given_by_tag_name_or_locale(text: str, tag: str) -> None:
    assert languages.tag(text) == tag


def test_what_is_no_language_is_refused() -> None:
    with pytest.raises(TermError, match="not a language tag"):
        languages.tag("en us")
