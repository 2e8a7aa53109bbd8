"""What the made-up articles are put together from: phrases in seven languages, names of people, words of files and addresses."""

from __future__ import annotations

from typing import NamedTuple


class Phrases(NamedTuple):
    """What sentences of a language are made of; `frames` take a name (`{e}`), `share` is how many articles of a hundred it has.

    Subjects are as many in each language: a headline begins with one of them.
    """

    share: int
    openers: tuple[str, ...]
    subjects: tuple[str, ...]
    predicates: tuple[str, ...]
    endings: tuple[str, ...]
    joiners: tuple[str, ...]
    frames: tuple[str, ...]


def _several(text: str) -> tuple[str, ...]:
    """Return what stands between the bars."""
    return tuple(" ".join(piece.split()) for piece in text.split("|"))


LANGUAGES = {
    "en": Phrases(
        60,
        _several(
            """
            This spring | By the end of the week | As so often | At first | For the third year | In a small room | Without
            much noise | On paper | After the storm | According to the minutes | Since the new rules | To be fair
            """
        ),
        _several(
            """
            the harbour office | a retired surveyor | the night train | every second village | the water board | an old map
            | the school kitchen | the committee | a patient archivist | the ferry company | the weather station | the
            orchard | a careful clerk | the city library | the repair shop | the census | the bridge keeper | a visiting
            engineer | the choir | the lighthouse | the seed bank | the market hall | the parish council
            """
        ),
        _several(
            """
            counts what nobody else wants to count | keeps a list of broken promises | has a budget for two winters | asks
            for better tools | publishes its figures every month | waits for a second opinion | writes the rules down in
            plain words | shares a boat with the neighbours | mends what can be mended | pays for the lamps | reads the
            contract once more | moves the meeting to the evening | opens the doors on Sunday | measures the river at noon |
            sends a letter without an address | trusts the older numbers | teaches the trainees how to listen | puts the
            costs on one page | hides nothing but the coffee | takes the long way round | tests the form with real people |
            drops the last paragraph | answers in three days | has learned to say no
            """
        ),
        _several(
            """
            before the ice comes | although the money is short | because somebody has to | and nobody complains | with help
            from the coast | in spite of the rain | until the paint is dry | for reasons of its own | on the other side of
            the valley | when the last shift is over | as the old hands advised | twice a year
            """
        ),
        _several(", and | , while | ; | , but | , so that"),
        _several(
            """
            {e} has said little about it so far | Nobody expected {e} to agree so early | The talks with {e} were short and
            friendly | What {e} proposes is on the table | A note from {e} arrived on Friday | Critics point to {e} and to
            the calendar | In the view of {e} there is time enough | The example of {e} is in every speech | Observers of
            {e} were surprised
            """
        ),
    ),
    "fr": Phrases(
        10,
        _several(
            """
            Ce printemps | À la fin de la semaine | Comme souvent | D’abord | Pour la troisième année | Dans une petite
            salle | Sans bruit | Sur le papier | Après la tempête | Selon le procès-verbal | Depuis les nouvelles règles |
            Pour être juste
            """
        ),
        _several(
            """
            le bureau du port | un géomètre à la retraite | le train de nuit | un village sur deux | l’office des eaux | une
            vieille carte | la cuisine de l’école | le comité | une archiviste patiente | la compagnie du bac | la station
            météo | le verger | un greffier soigneux | la bibliothèque de la ville | l’atelier de réparation | le
            recensement | le gardien du pont | une ingénieure de passage | la chorale | le phare | la banque de graines | la
            halle du marché | le conseil de quartier
            """
        ),
        _several(
            """
            compte ce que personne ne veut compter | tient une liste des promesses oubliées | dispose d’un budget pour deux
            hivers | demande de meilleurs outils | publie ses chiffres chaque mois | attend un second avis | écrit les
            règles en mots simples | partage un bateau avec les voisins | répare ce qui peut l’être | paie les lampes |
            relit le contrat | déplace la réunion au soir | ouvre ses portes le dimanche | mesure la rivière à midi | envoie
            une lettre sans adresse | se fie aux anciens nombres | apprend aux stagiaires à écouter | met les coûts sur une
            page | prend le chemin le plus long | répond en trois jours
            """
        ),
        _several(
            """
            avant la glace | même si l’argent manque | parce qu’il le faut bien | sans que personne se plaigne | avec l’aide
            de la côte | malgré la pluie | jusqu’à ce que la peinture sèche | de l’autre côté de la vallée | deux fois par
            an
            """
        ),
        _several(", et | , tandis que | ; | , mais"),
        _several(
            """
            {e} n’en a presque rien dit | Personne n’attendait une réponse aussi rapide : {e} l’a donnée | La proposition
            est connue ({e}) | Les critiques citent un exemple, {e} | Un mot est arrivé vendredi, signé {e} | Selon les
            observateurs, {e} hésite
            """
        ),
    ),
    "es": Phrases(
        10,
        _several(
            """
            Esta primavera | Al final de la semana | Como tantas veces | Al principio | Por tercer año | En una sala pequeña
            | Sin ruido | Sobre el papel | Después de la tormenta | Según el acta | Desde las nuevas normas | A decir verdad
            """
        ),
        _several(
            """
            la oficina del puerto | un agrimensor jubilado | el tren nocturno | una de cada dos aldeas | la junta del agua |
            un mapa viejo | la cocina de la escuela | el comité | una archivera paciente | la empresa del transbordador | la
            estación meteorológica | el huerto | un escribano cuidadoso | la biblioteca municipal | el taller | el censo |
            el guardián del puente | una ingeniera de visita | el coro | el faro | el banco de semillas | la lonja | el
            consejo del barrio
            """
        ),
        _several(
            """
            cuenta lo que nadie quiere contar | guarda una lista de promesas rotas | tiene presupuesto para dos inviernos |
            pide mejores herramientas | publica sus cifras cada mes | espera una segunda opinión | escribe las reglas con
            palabras sencillas | comparte una barca con los vecinos | arregla lo que se puede arreglar | paga las lámparas |
            relee el contrato | pasa la reunión a la tarde | abre las puertas el domingo | mide el río a mediodía | envía
            una carta sin dirección | confía en los números antiguos | enseña a escuchar | pone los costes en una página |
            toma el camino más largo | contesta en tres días
            """
        ),
        _several(
            """
            antes de que llegue el hielo | aunque falte dinero | porque alguien tiene que hacerlo | y nadie se queja | con
            ayuda de la costa | a pesar de la lluvia | hasta que se seque la pintura | al otro lado del valle | dos veces al
            año
            """
        ),
        _several(", y | , mientras | ; | , pero"),
        _several(
            """
            {e} ha dicho poco hasta ahora | Nadie esperaba una respuesta tan rápida: la dio {e} | La propuesta es conocida
            ({e}) | Los críticos citan un ejemplo, {e} | El viernes llegó una nota, firmada por {e} | Según los
            observadores, {e} duda
            """
        ),
    ),
    "de": Phrases(
        8,
        _several(
            """
            In diesem Frühjahr zeigt sich: | Am Ende der Woche heißt es: | Wie so oft: | Zunächst gilt: | Im dritten Jahr
            steht fest: | Auf dem Papier steht: | Nach dem Sturm ist klar: | Laut Protokoll: | Seit den neuen Regeln: |
            Fairerweise gesagt:
            """
        ),
        _several(
            """
            das Hafenamt | ein pensionierter Vermesser | der Nachtzug | jedes zweite Dorf | der Wasserverband | eine alte
            Karte | die Schulküche | der Ausschuss | eine geduldige Archivarin | die Fährgesellschaft | die Wetterstation |
            der Obstgarten | ein sorgfältiger Schreiber | die Stadtbücherei | die Werkstatt | die Volkszählung | der
            Brückenwärter | eine Ingenieurin auf Besuch | der Chor | der Leuchtturm | die Saatgutbank | die Markthalle | der
            Ortsbeirat
            """
        ),
        _several(
            """
            zählt, was niemand sonst zählen will | führt eine Liste gebrochener Zusagen | hat Geld für zwei Winter | bittet
            um besseres Werkzeug | veröffentlicht jeden Monat Zahlen | wartet auf ein zweites Gutachten | schreibt die
            Regeln in einfachen Worten auf | teilt ein Boot mit den Nachbarn | flickt, was sich flicken lässt | bezahlt die
            Lampen | liest den Vertrag noch einmal | verlegt die Sitzung auf den Abend | öffnet sonntags die Türen | misst
            den Fluss am Mittag | schickt einen Brief ohne Anschrift | traut den älteren Zahlen | lehrt die Neuen das
            Zuhören | nimmt den längeren Weg | antwortet in drei Tagen
            """
        ),
        _several(
            """
            bevor das Eis kommt | obwohl das Geld knapp ist | weil es jemand tun muss | mit Hilfe von der Küste | trotz des
            Regens | bis die Farbe trocken ist | auf der anderen Seite des Tals | zweimal im Jahr
            """
        ),
        _several(", und | , während | ; | , aber"),
        _several(
            """
            {e} hat dazu bisher wenig gesagt | Mit einer so raschen Antwort hatte niemand gerechnet: {e} gab sie | Der
            Vorschlag ist bekannt ({e}) | Kritiker nennen ein Beispiel, {e} | Am Freitag kam eine Notiz, Absender: {e} |
            Beobachter meinen, {e} zögere
            """
        ),
    ),
    "pt": Phrases(
        5,
        _several(
            """
            Nesta primavera | No fim da semana | Como tantas vezes | No início | Pelo terceiro ano | Numa sala pequena | Sem
            ruído | No papel | Depois da tempestade | Segundo a ata | Desde as novas regras
            """
        ),
        _several(
            """
            o escritório do porto | um agrimensor reformado | o comboio da noite | uma em cada duas aldeias | a junta das
            águas | um mapa antigo | a cozinha da escola | o comité | uma arquivista paciente | a empresa da balsa | a
            estação meteorológica | o pomar | um escrivão cuidadoso | a biblioteca da cidade | a oficina | o censo | o
            guarda da ponte | uma engenheira de visita | o coro | o farol | o banco de sementes | o mercado coberto | o
            conselho do bairro
            """
        ),
        _several(
            """
            conta o que ninguém quer contar | guarda uma lista de promessas quebradas | tem orçamento para dois invernos |
            pede melhores ferramentas | publica os seus números todos os meses | espera uma segunda opinião | escreve as
            regras em palavras simples | partilha um barco com os vizinhos | conserta o que tem conserto | paga as lâmpadas
            | relê o contrato | abre as portas ao domingo | mede o rio ao meio-dia | envia uma carta sem morada | confia nos
            números antigos | ensina a ouvir | responde em três dias
            """
        ),
        _several(
            """
            antes de chegar o gelo | embora falte dinheiro | porque alguém tem de o fazer | com ajuda da costa | apesar da
            chuva | até a tinta secar | do outro lado do vale | duas vezes por ano
            """
        ),
        _several(", e | , enquanto | ; | , mas"),
        _several(
            """
            {e} disse pouco até agora | Ninguém esperava uma resposta tão rápida: foi de {e} | A proposta é conhecida ({e})
            | Os críticos citam um exemplo, {e} | Na sexta-feira chegou uma nota, assinada por {e}
            """
        ),
    ),
    "ru": Phrases(
        4,
        _several(
            """
            Этой весной | К концу недели | Как обычно | Поначалу | Третий год подряд | В небольшом зале | Без лишнего шума |
            На бумаге | После бури | Согласно протоколу
            """
        ),
        _several(
            """
            портовая контора | старый землемер | ночной поезд | каждая вторая деревня | водный совет | старинная карта |
            школьная кухня | комитет | терпеливый архивариус | паромная компания | метеостанция | фруктовый сад | аккуратный
            писарь | городская библиотека | мастерская | перепись | смотритель моста | приезжий инженер | хор | маяк |
            хранилище семян | крытый рынок | совет квартала
            """
        ),
        _several(
            """
            считает то, что никто не хочет считать | ведёт список невыполненных обещаний | имеет деньги на две зимы | просит
            хороший инструмент | каждый месяц публикует цифры | ждёт второго мнения | записывает правила простыми словами |
            делит лодку с соседями | чинит то, что можно починить | платит за лампы | ещё раз читает договор | открывает
            двери по воскресеньям | измеряет реку в полдень | верит старым числам | учит слушать | отвечает за три дня
            """
        ),
        _several(
            """
            пока не пришёл лёд | хотя денег мало | потому что кто-то должен | с помощью побережья | несмотря на дождь | по
            ту сторону долины | дважды в год
            """
        ),
        _several(", и | , а | ; | , но"),
        _several(
            """
            {e} пока говорит об этом мало | Пример известен: {e} | В пятницу пришла записка, подпись: {e} | Критики
            вспоминают ({e}) и календарь
            """
        ),
    ),
    "ar": Phrases(
        3,
        _several(
            """
            في هذا الربيع | في نهاية الأسبوع | كما يحدث كثيرا | في البداية | للعام الثالث | على الورق | بعد العاصفة | وفق
            المحضر
            """
        ),
        _several(
            """
            مكتب الميناء | مساح متقاعد | قطار الليل | مجلس المياه | رسام الخرائط | مطبخ المدرسة | المجلس المحلي | أمين
            المحفوظات | صاحب العبارة | مرصد الطقس | بستان التفاح | كاتب دقيق | أمين المكتبة | معلم الورشة | موظف الإحصاء |
            حارس الجسر | مهندس زائر | قائد الجوقة | حارس المنارة | بنك البذور | سوق المدينة | مجلس الحي | مدير الدار
            """
        ),
        _several(
            """
            يعد ما لا يريد أحد أن يعده | يحفظ قائمة بالوعود المنسية | يملك مالا يكفي شتاءين | يطلب أدوات أفضل | ينشر أرقامه
            كل شهر | ينتظر رأيا ثانيا | يكتب القواعد بكلمات بسيطة | يصلح ما يمكن إصلاحه | يدفع ثمن المصابيح | يقرأ العقد مرة
            أخرى | يفتح الأبواب يوم الأحد | يقيس النهر عند الظهر | يثق بالأرقام القديمة | يرد خلال ثلاثة أيام
            """
        ),
        _several("قبل أن يأتي الجليد | رغم قلة المال | لأن على أحد أن يفعل ذلك | بمساعدة الساحل | رغم المطر | مرتين في العام"),
        _several("، و | ، بينما | ؛ | ، لكن"),
        _several("{e} لم يقل الكثير حتى الآن | المثال معروف: {e} | يذكر النقاد ({e}) والتقويم | وصلت يوم الجمعة رسالة من {e}"),
    ),
}

FIRST_NAMES = _several(
    """
    Ada | Anselm | Birgit | Caio | Chiamaka | Dalia | Edda | Emeka | Farid | Greta | Hanna | Ilja | Inês | Jonah | Kaya |
    Lena | Malik | Mirela | Nadia | Oskar | Paloma | Quentin | Rosa | Samir | Tove | Ulla | Viktor | Wanda | Yara | Zeno
    """
)
LAST_NAMES = _several(
    """
    Abrantes | Achterberg | Bellweather | Birkenau-Lund | Castelmar | Dunmorrow | Eberwald | Ferrandis | Gildenstern |
    Hallowell | Iversholm | Jankovar | Kestrelby | Lindqvester | Marchetta | Norrgate | Okonjora | Pellegrin | Quistgard |
    Rautenfeld | Salvatierra-Roa | Tannwald | Umbersley | Valdovar | Westerhazy | Xanthos-Reed | Ysebrand | Zielonka-Marr |
    O’Farrow | de la Cuesta | van der Brink
    """
)
TAGS = _several(
    """
    notes | field work | methods | interview | budget | open data | long read | history | how-to | opinion | public service
    | maps | water | schools | transport | archives | tools | procurement | research | events
    """
)
SITES = _several(
    """
    https://www.example.com/ | https://news.example.org/ | https://archive.example.net/items/ |
    https://docs.example.org/guide/ | https://data.example.com/tables/ | https://city.example/ |
    https://journal.example/papers/ | https://forum.example.net/t/
    """
)
PUBLISHERS = _several(
    "Example Press | The Quay Review | La Lettre du méridien | Cuadernos del Faro | Hafenblatt | Letters from the Weir"
)
LICENSES = _several("https://creativecommons.org/licenses/by/4.0/ | https://creativecommons.org/licenses/by-sa/4.0/")
