"""Words of suicide, self-harm and death are heard in every language, also indirect ones.

The wording follows screening questions such as the Columbia scale's (wish to be dead, not waking
up, being a burden, a method, a farewell) and the way people write them in chats.
"""
# ruff: noqa: RUF001 - as people write

import re
import time
import tomllib

import pyarrow as pa
import pytest

from bot.words.understanding.catalogue import Catalogue
from bot.words.understanding.meanings import Talk, Wanted
from bot.words.understanding.spelling import plain
from bot.words.understanding.understand import care_in, understand
from bot.words.understanding.vocabulary import FOLDER, vocabularies
from graph.building.called import called
from graph.snapshot.artists import Artist, ArtistIndex
from tests.bot.words.understanding.indirect import HARMLESS_ANYWHERE, INDIRECT

CRISIS = {
    "en": [
        "I want to kill myself",
        "i just want to fucking die",
        "I wish I was dead",
        "I wish I could go to sleep and never wake up",
        "everyone would be better off without me",
        "I can't do this anymore",
        "there is no reason to live",
        "i dont want to be here anymore",
        "thinking about ending it all",
        "I cut myself again",
        "what if I take all my pills",
        "my friend wants to kill herself",
        "I'm so tired of living",
        "goodbye forever",
        "kms",
        "I want to disappear",
    ],
    "de": [
        "Ich will mich umbringen",
        "ich will nicht mehr leben",
        "ich wäre am liebsten tot",
        "Ich möchte einschlafen und nie mehr aufwachen",
        "ohne mich wären alle besser dran",
        "ich kann nicht mehr",
        "mein Leben hat keinen Sinn mehr",
        "ich denke an Selbstmord",
        "ich ritze mich wieder",
        "ich bringe mich um",
        "ich will einfach verschwinden",
        "ich springe von der Brücke",
    ],
    "es": [
        "Me quiero matar",
        "no quiero vivir más",
        "ojalá estuviera muerta",
        "quisiera dormir y no despertar",
        "todos estarían mejor sin mí",
        "ya no puedo más",
        "mi vida no tiene sentido",
        "pienso en el suicidio",
        "me corto los brazos",
        "quiero desaparecer",
        "quiero morirme",
        "voy a tomarme todas las pastillas",
    ],
    "fr": [
        "je veux me tuer",
        "je n'ai plus envie de vivre",
        "je voudrais être morte",
        "m'endormir et ne plus me réveiller",
        "tout le monde serait mieux sans moi",
        "je n'en peux plus",
        "ma vie n'a plus de sens",
        "je pense au suicide",
        "je me scarifie",
        "je veux disparaître",
        "j'ai envie de mourir",
        "en finir une bonne fois",
    ],
    "pt": [
        "quero me matar",
        "não quero mais viver",
        "queria estar morta",
        "queria dormir para sempre",
        "todos estariam melhor sem mim",
        "não aguento mais",
        "minha vida não tem sentido",
        "penso em suicídio",
        "me cortei de novo, quero me cortar",
        "quero sumir",
        "vontade de morrer",
        "vou pular da ponte",
    ],
    "hi": [
        "मैं मरना चाहता हूँ",
        "मुझे जीना नहीं चाहिए, अब और नहीं",
        "काश मैं मर जाऊँ",
        "मैं खुदकुशी करना चाहती हूँ",
        "मेरे बिना सब बेहतर रहेंगे",
        "जीने का कोई मतलब नहीं",
        "main marna chahta hoon",
        "mujhe jeena nahi hai",
        "khudkushi kar lu kya",
        "मैं खुद को चोट पहुँचाती हूँ",
        "मैं अपनी जान दे दूँगा",
        "ज़िंदगी से थक गई हूँ",
    ],
    "ru": [
        "я хочу умереть",
        "не хочу больше жить",
        "лучше бы я умерла",
        "хочу уснуть и не проснуться",
        "всем без меня будет лучше",
        "я больше не могу",
        "в моей жизни нет смысла жить",
        "думаю о самоубийстве",
        "я режу себя",
        "хочу исчезнуть",
        "покончу с собой",
        "выпью все таблетки, хочу сдохнуть",
    ],
    "ar": [
        "أريد أن أموت",
        "لا أريد أن أعيش",
        "ليتني مت",
        "أريد أن أنام ولا أصحى",
        "الكل أحسن بدوني",
        "لم أعد أحتمل",
        "حياتي بلا معنى",
        "أفكر في الانتحار",
        "أؤذي نفسي",
        "أريد أن أختفي",
        "مش عايز أعيش",
        "عايزة أموت",
    ],
    "ja": [
        "死にたい",
        "もう生きたくない",
        "消えてしまいたい",
        "目が覚めなければいいのに",
        "私なんていないほうがいい",
        "もう無理",
        "生きる意味がない",
        "自殺を考えている",
        "リスカしてしまう",
        "飛び降りたい",
        "死んだほうがまし",
        "終わりにしたい",
    ],
}
GRIEF = {
    "en": [
        "my dad died",
        "My grandmother passed away last night",
        "I lost my best friend",
        "we buried my mom today",
        "Anna died",
        "my dog is dead",
        "I am grieving",
        "I had a miscarriage",
    ],
    "de": [
        "Mein Vater ist gestorben",
        "meine Oma ist tot",
        "ich war heute auf der Beerdigung",
        "ich trauere um ihn",
        "Unser Hund wurde eingeschläfert, mein Hund ist tot",
    ],
    "es": [
        "murió mi papá",
        "mi abuela falleció",
        "perdí a mi hermano",
        "estoy de luto",
        "se murió mi perro",
    ],
    "fr": [
        "mon père est mort",
        "ma grand-mère est décédée",
        "j'ai perdu mon frère",
        "je suis en deuil",
        "l'enterrement était hier",
    ],
    "pt": [
        "meu pai morreu",
        "minha avó faleceu",
        "perdi meu irmão",
        "estou de luto",
        "o velório foi hoje",
    ],
    "hi": [
        "मेरे पिता गुज़र गए",
        "दादी का देहांत हो गया",
        "mere papa guzar gaye",
        "मेरी माँ नहीं रहीं, माँ की मौत हो गई",
        "nani chal basi",
    ],
    "ru": [
        "у меня умер папа",
        "бабушка умерла",
        "я потеряла брата",
        "вчера были похороны",
        "погиб мой друг",
    ],
    "ar": ["مات أبي", "توفيت جدتي", "فقدت أخي", "كنا في جنازة", "الله يرحمها"],
    "ja": [
        "父が亡くなりました",
        "祖母が他界した",
        "愛犬が死んだ",
        "お葬式でした",
        "友達を亡くしました",
    ],
}
HARMLESS = {
    "en": [
        "my phone died",
        "I died laughing",
        "killing me softly",
        "I'm dead tired",
        "I love this to death",
        "sad",
        "play Live and Let Die",
        "to die for",
    ],
    "de": [
        "die Musik ist gut",
        "mein Handy ist tot",
        "ich lach mich tot, tot gelacht",
        "ich bin müde",
    ],
    "es": ["me muero de risa", "se me murió el celular, mi celular murió", "muerto de sueño"],
    "fr": ["je suis mort de rire", "mon téléphone est mort", "morte de fatigue"],
    "pt": ["morri de rir", "meu celular morreu", "morrendo de saudade"],
    "hi": ["मैं उदास हूँ", "mera phone mar gaya"],
    "ru": ["умираю со смеху", "у меня телефон умер", "мне грустно"],
    "ar": ["مت من الضحك", "أموت فيك", "أنا حزين"],
    "ja": ["スマホが死んだ", "死ぬほど好き", "疲れた"],
}


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(tag, said) for tag, each in table.items() for said in each]


@pytest.mark.parametrize(("tag", "said"), pairs(CRISIS))
def test_despair_is_heard(tag, said):
    assert care_in(plain(said)) is Talk.CRISIS


@pytest.mark.parametrize(("tag", "said"), pairs(INDIRECT))
def test_despair_and_abuse_are_heard_in_a_roundabout_way(tag, said):
    assert care_in(plain(said)) is Talk.CRISIS


@pytest.mark.parametrize("said", HARMLESS_ANYWHERE)
def test_wishes_and_troubles_of_every_day_are_no_despair(said):
    assert care_in(plain(said)) is None


@pytest.mark.parametrize(("tag", "said"), pairs(GRIEF))
def test_grief_is_heard(tag, said):
    assert care_in(plain(said)) is Talk.GRIEF


@pytest.mark.parametrize(("tag", "said"), pairs(HARMLESS))
def test_a_figure_of_speech_is_none_of_both(tag, said):
    assert care_in(plain(said)) is None


def test_despair_comes_before_grief_and_before_songs():
    both = "my mom died and I want to die too, play something by Queen"

    assert care_in(plain(both)) is Talk.CRISIS


@pytest.mark.parametrize(
    "said", ["I WANT TO DIE", "i   want\nto die", "i wanna die 😭", "“I want to die”"]
)
def test_spelling_hides_no_despair(said):
    assert care_in(plain(said)) is Talk.CRISIS


SONGS = [
    ("en", "play Suicidal Thoughts by The Notorious B.I.G.", "The Notorious B.I.G."),
    (
        "en",
        'can you play "Suicidal Thoughts" by The Notorious B.I.G., please',
        "The Notorious B.I.G.",
    ),
    ("en", "I want to hear Funeral by Arcade Fire", "Arcade Fire"),
    ("de", "Spiel Suicidal Thoughts von The Notorious B.I.G.", "The Notorious B.I.G."),
    ("es", "pon Suicidal Thoughts de The Notorious B.I.G.", "The Notorious B.I.G."),
    ("fr", "mets Suicidal Thoughts de The Notorious B.I.G.", "The Notorious B.I.G."),
    ("pt", "toca Suicidal Thoughts do The Notorious B.I.G.", "The Notorious B.I.G."),
    ("ru", "включи Suicidal Thoughts группы Queen", "Queen"),
]
CRIES_BESIDE_A_NAME = [
    "play something by Queen, I want to die",
    "play something by Queen before I kill myself",
    "I want to kill myself. Play Hurt by Johnny Cash",
    "my dad died, play something by Johnny Cash",
    "I want to die listening to Queen",
    "play me something. I can't go on. Anything by Queen",
    "play Suicidal Thoughts by nobody we have",
    "suicidal thoughts by Queen",
    'play "Suicidal Thoughts"',
    "play Queen at my funeral",
]


def test_despair_at_the_end_of_a_long_message_is_heard():
    assert care_in(plain("la " * 900 + "I want to die")) is Talk.CRISIS


@pytest.mark.parametrize("tag", sorted(vocabularies()))
def test_options_of_a_phrase_hold_no_options(tag):
    care = tomllib.loads((FOLDER / f"{tag}.toml").read_text("utf-8"))["care"]
    phrases = [phrase for each in care.values() for phrase in each]

    assert [each for each in phrases if re.search(r"\([^)]*\(|[?+\[\]]", each)] == []


@pytest.mark.parametrize(("tag", "said", "artist"), SONGS)
def test_words_of_care_that_name_a_song_bring_its_artist_too(tag, said, artist):
    meaning = understand(said, tag, few_artists())

    assert care_in(plain(said)) is not None
    assert meaning == Wanted(artist=artist)


@pytest.mark.parametrize("said", CRIES_BESIDE_A_NAME)
def test_a_cry_for_help_beside_a_name_is_care_alone(said):
    assert understand(said, "en", few_artists()) in {Talk.CRISIS, Talk.GRIEF}


def few_artists():
    names = pa.array(["The Notorious B.I.G.", "Arcade Fire", "Queen", "Johnny Cash"])
    index = ArtistIndex(*called(names), lambda row: Artist(row, names[row].as_py()))
    return Catalogue({}, {}, index)


def test_every_language_has_care():
    assert set(CRISIS) == set(GRIEF) == set(HARMLESS) == set(vocabularies())


def test_a_message_is_understood_in_milliseconds_among_half_a_million_artists():
    names = pa.array([f"artist {n:06d}" for n in range(500_000)], pa.string())
    index = ArtistIndex(*called(names), lambda row: Artist(row, names[row].as_py()))
    catalogue = Catalogue({}, {}, index)
    said = [said for table in (CRISIS, GRIEF, HARMLESS) for _, said in pairs(table)]
    said += ["play something by artist 123456 please", "songs like nobody at all, from the 80s"]
    understand("warm", "en", catalogue)

    before = time.thread_time()
    for each in said:
        understand(each, "en", catalogue)

    assert (time.thread_time() - before) / len(said) < 0.005
