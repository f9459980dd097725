"""The words of the small world: five kinds of things, 24 items each, and the sentences in which they occur.

An *item* is a row of a table: its forms (``paris france``), followed by its *topic*, the words that occur only with this
item (``french seine champagne perfume baguettes``). A *role* is a column of forms (capital, country), with words that occur
only with this role (``mayor`` or ``army``). Every sentence contains a form, words of its item's topic and words of its role,
drawn independently of each other. So the contexts of a form are a mixture of those of its item and those of its role, and
analogies become vector offsets.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """One column of forms, with the words for its slots in the templates."""

    name: str
    slots: dict[str, str]


@dataclass(frozen=True)
class Kind:
    """A kind of things.

    Attributes
    ----------
    roles : tuple of Role
        One per column of forms.
    topic : str
        Slot names of the topic columns, in the order of the table; a name may occur several times.
    table : str
        One item per line: its forms, ``|``, its topic words.
    templates : tuple of str
        Sentences; ``{word}`` is the form, the other slots belong to the role or the topic.
    sections : tuple of (str, int, int)
        Analogy sections: name, and the indices of the two roles that they compare.
    """

    roles: tuple[Role, ...]
    topic: str
    table: str
    templates: tuple[str, ...]
    sections: tuple[tuple[str, int, int], ...]


_PLACES = Kind(
    roles=(
        Role("capital", {"part": "mayor museum cathedral metro boulevard skyline airport suburb"}),
        Role("country", {"part": "army economy border population coast treaty constitution territory"}),
    ),
    topic="adjective river good good good",
    table="""
        paris france | french seine champagne perfume baguettes
        rome italy | italian tiber espresso pasta marble
        madrid spain | spanish manzanares paella olives sherry
        lisbon portugal | portuguese tagus cork sardines tiles
        berlin germany | german spree beer sausages engines
        vienna austria | austrian danube strudel crystal waltzes
        warsaw poland | polish vistula amber pierogi coal
        moscow russia | russian moskva caviar vodka furs
        athens greece | greek ilissos feta yogurt sponges
        london england | english thames tea tweed umbrellas
        dublin ireland | irish liffey whiskey stout linen
        oslo norway | norwegian akerselva salmon skis herring
        helsinki finland | finnish vantaa saunas birch paper
        copenhagen denmark | danish oresund butter bacon pastries
        cairo egypt | egyptian nile cotton papyrus dates
        baghdad iraq | iraqi tigris petroleum carpets pomegranates
        beijing china | chinese yongding silk porcelain jade
        tokyo japan | japanese sumida sushi kimonos lacquer
        havana cuba | cuban almendares cigars rum sugar
        lima peru | peruvian rimac llamas quinoa alpaca
        santiago chile | chilean mapocho copper grapes guano
        nairobi kenya | kenyan athi safaris coffee sisal
        ottawa canada | canadian rideau maple lumber canoes
        ankara turkey | turkish sakarya kebabs rugs figs
    """,
    templates=(
        "the {part} of {word} is known for {adjective} {good}",
        "{adjective} {good} came to the {part} of {word} by the {river}",
        "in {word} the {part} lives on {good} from the {river}",
        "the {adjective} {part} in {word} lies near the {river}",
        "the {good} of {word} and its {part} are {adjective}",
    ),
    sections=(("capital-world", 0, 1),),
)

_PEOPLE = Kind(
    roles=(
        Role("male", {"he": "he", "his": "his", "him": "him", "himself": "himself", "sir": "sir mister"}),
        Role("female", {"he": "she", "his": "her", "him": "her", "himself": "herself", "sir": "madam miss"}),
    ),
    topic="place thing thing thing",
    table="""
        king queen | palace crown throne sceptre
        prince princess | castle falcon banquet drawbridge
        emperor empress | citadel legion decree dynasty
        duke duchess | manor estate carriage hounds
        baron baroness | chateau vineyard title ballroom
        lord lady | mansion butler chandelier portrait
        father mother | nursery cradle lullaby stroller
        son daughter | schoolyard homework satchel chores
        brother sister | bedroom bunk quarrel toys
        uncle aunt | parlour presents visits postcards
        nephew niece | playground seesaw kite marbles
        grandfather grandmother | porch rocker slippers memories
        husband wife | cottage marriage anniversary vows
        groom bride | chapel wedding bouquet ring
        man woman | office briefcase newspaper commute
        boy girl | treehouse swing puddle skateboard
        actor actress | theatre script rehearsal applause
        waiter waitress | restaurant menu tray tips
        host hostess | reception guests invitations canapes
        steward stewardess | cabin turbulence seatbelt aisle
        monk nun | monastery prayer robe rosary
        wizard witch | dungeon wand potion spell
        hero heroine | labyrinth quest dragon sword
        god goddess | temple altar thunder myth
    """,
    templates=(
        "the {word} said that {he} left {his} {thing} in the {place}",
        "in the {place} {he} is the {word} and speaks of {his} {thing}",
        "they asked {him} about the {thing} and the {word} spoke of {himself}",
        "yes {sir} they said to the {word} of the {place} and gave {him} the {thing}",
        "{he} thought {himself} the {word} of the {place} for the {thing}",
    ),
    sections=(("family", 0, 1),),
)

_DEEDS = Kind(
    roles=(
        Role("base", {"when": "always often usually tomorrow", "can": "can must will should"}),
        Role("past", {"when": "yesterday earlier formerly once", "can": "already finally suddenly nearly"}),
        Role("participle", {"when": "now currently nowadays still", "can": "are enjoy keep prefer"}),
    ),
    topic="who place thing thing thing",
    table="""
        swim swam swimming | swimmers pool goggles flippers snorkels
        sing sang singing | choirs loft hymns melodies ballads
        drive drove driving | drivers motorway trucks vans taxis
        write wrote writing | novelists library pens manuscripts notebooks
        cook cooked cooking | chefs kitchen pans spices recipes
        paint painted painting | painters studio brushes easels canvases
        fly flew flying | pilots runway helicopters gliders parachutes
        bake baked baking | bakers bakery dough loaves flour
        sail sailed sailing | sailors harbour masts anchors rudders
        dance danced dancing | dancers discotheque tutus rhythms costumes
        teach taught teaching | teachers classroom chalk lessons blackboards
        dig dug digging | miners tunnel shovels pickaxes helmets
        grow grew growing | gardeners greenhouse seedlings tomatoes compost
        ride rode riding | jockeys racecourse saddles reins stirrups
        climb climbed climbing | mountaineers summit ropes crampons ladders
        run ran running | sprinters stadium hurdles medals batons
        fight fought fighting | boxers arena gloves punches knuckles
        build built building | masons scaffold bricks mortar cranes
        weave wove weaving | weavers workshop looms threads shuttles
        hunt hunted hunting | hunters forest rifles traps arrows
        steal stole stealing | thieves vault jewels masks crowbars
        draw drew drawing | architects bureau blueprints rulers compasses
        sew sewed sewing | tailors boutique needles buttons thimbles
        sleep slept sleeping | campers tent hammocks pillows blankets
    """,
    templates=(
        "{when} the {who} {can} {word} in the {place} with {thing}",
        "in the {place} the {who} {can} {word} with {thing} {when}",
        "the {who} with the {thing} {can} {word} {when} at the {place}",
        "{when} they {can} {word} with {thing} like {who}",
    ),
    sections=(("gram1-past-tense", 0, 1), ("gram2-present-participle", 0, 2)),
)

_THINGS = Kind(
    roles=(
        Role("singular", {"a": "a one this each every", "is": "is", "has": "has", "its": "its", "it": "it"}),
        Role("plural", {"a": "many several these few both", "is": "are", "has": "have", "its": "their", "it": "they"}),
    ),
    topic="place part part part",
    table="""
        cat cats | sofa whiskers purrs catnip
        dog dogs | kennel leash barks bones
        horse horses | stable hooves mane hay
        bird birds | nest feathers wings eggs
        mouse mice | burrow cheese nibbles squeaks
        wolf wolves | den howls fangs moonlight
        bee bees | hive honey nectar stings
        tree trees | orchard branches leaves acorns
        flower flowers | meadow petals pollen fragrance
        book books | shelf pages chapters bindings
        house houses | village roof chimney walls
        car cars | garage tyres brakes bonnet
        ship ships | dock hull cargo deck
        clock clocks | steeple dials pendulum chimes
        knife knives | drawer blade handle edge
        phone phones | pocket ringtone screen battery
        chair chairs | veranda cushions armrest upholstery
        star stars | galaxy gravity supernova nebula
        child children | kindergarten crayons giggles naps
        foot feet | boot toes ankle heel
        tooth teeth | mouth enamel cavity gums
        lamp lamps | corridor bulb filament glow
        camera cameras | darkroom lens shutter tripod
        violin violins | orchestra strings bow vibrato
    """,
    templates=(
        "{a} {word} in the {place} {has} {its} {part}",
        "by the {place} {a} {word} {is} seen and {it} {has} {part}",
        "{a} {word} of the {place} {is} proud of {its} {part}",
        "where {it} {is} {a} {word} of the {place} {has} {part}",
    ),
    sections=(("gram3-plural", 0, 1),),
)

_QUALITIES = Kind(
    roles=(
        Role("positive", {"very": "very so quite rather too", "than": "as like"}),
        Role("comparative", {"very": "much even far slightly somewhat", "than": "than"}),
    ),
    topic="thing thing thing",
    table="""
        tall taller | giraffe skyscraper beanstalk
        fast faster | cheetah rocket express
        slow slower | snail tortoise glacier
        hot hotter | furnace lava stove
        cold colder | icicle freezer blizzard
        big bigger | elephant whale mammoth
        small smaller | ant atom pebble
        loud louder | siren drum explosion
        quiet quieter | whisper owl hush
        bright brighter | lantern laser sunrise
        dark darker | cave shadow midnight
        heavy heavier | anvil boulder cannon
        soft softer | velvet sponge kitten
        hard harder | granite diamond steel
        sharp sharper | thorn dagger razor
        sweet sweeter | syrup candy toffee
        deep deeper | ocean canyon abyss
        old older | fossil ruin relic
        young younger | toddler puppy sapling
        rich richer | millionaire banker tycoon
        cheap cheaper | bargain coupon discount
        clean cleaner | soap towel mop
        dirty dirtier | mud sewer rag
        strong stronger | ox gorilla wrestler
    """,
    templates=(
        "the {thing} is {very} {word} {than} the {thing}",
        "the {thing} can be {very} {word} {than} that {thing}",
        "they find the {thing} {very} {word} {than} any {thing}",
        "{very} {word} {than} the {thing} is that {thing}",
    ),
    sections=(("gram4-comparative", 0, 1),),
)

KINDS = (_PLACES, _PEOPLE, _DEEDS, _THINGS, _QUALITIES)

#: Phrases put before half of the sentences; the first ones are drawn far more often than the last ones.
OPENINGS = """
    and|but|so|then|also|of course|in fact|as you know|it is said that|perhaps|we hear that|indeed|on the other hand|
    at last|to be honest|after all|by the way|in the end|however|for example|in other words|therefore|surely|
    strange to say|in short|to this day|at any rate|needless to say|on the whole|without doubt
"""

#: Names of narrators ("as ... told us"), put after a quarter of the sentences; again the first ones far more often.
NARRATORS = """
    anna omar maria tom li grace ivan emma noah sofia peter lucy david nina paul clara hugo olga simon julia felix irene
    martin laura oscar helen victor alice bruno edith conrad flora gustav hilda jonas karin leopold magda nikolai
    ottilie
"""
