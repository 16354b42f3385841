"""The closed word classes of nine languages, written by hand: the words that carry style rather than content.

Each language has the nine categories of language style matching (Ireland and Pennebaker 2010). A word stands in one
category, its most frequent one; chatting forms without accents or apostrophes are listed too. Chinese is listed by
character, because it is read by character. A language without articles has an empty list there, and that category is
then left out of comparisons. Being data, this file may be long.
"""

# ruff: noqa: RUF001 - letters of other scripts are the data

CATEGORIES = (
    "personal_pronouns",
    "impersonal_pronouns",
    "articles",
    "prepositions",
    "conjunctions",
    "auxiliaries",
    "adverbs",
    "negations",
    "quantifiers",
)

WORDS: dict[str, tuple[str, ...]] = {
    "en": (
        (
            "i me my mine myself you your yours yourself he him his himself she her hers herself we us our ours "
            "ourselves they them their theirs themselves i'm i'll i've i'd you're you'll you've you'd he's he'll "
            "she's she'll we're we'll we've we'd they're they'll they've they'd u ur im ive ya"
        ),
        (
            "it its itself it's it'll this that these those that's there's here what who whom whose which something "
            "anything everything nothing someone anyone everyone nobody somebody anybody everybody there what's who's"
        ),
        "a an the",
        (
            "of in on at by for with about against between into through during before after above below to from up "
            "down out off over under onto upon within without across behind beyond near since until toward towards "
            "among along around despite except via per"
        ),
        ("and but or so because if while although though unless whereas whether as than nor plus when where cause cuz"),
        (
            "am is are was were be been being have has had having do does did doing will would shall should can could "
            "may might must isn't aren't wasn't weren't haven't hasn't hadn't doesn't don't didn't won't wouldn't "
            "shouldn't can't couldn't mustn't gonna gotta wanna let's dont didnt doesnt cant wont isnt wasnt"
        ),
        (
            "very really just too also still already even again ever now then only quite rather almost perhaps maybe "
            "often always sometimes usually actually probably definitely pretty yet soon later once how why well "
            "kinda"
        ),
        "no not never none neither nope without",
        (
            "all some any many much more most few less least several each every both half enough lot lots bit plenty "
            "another other others various"
        ),
    ),
    "de": (
        (
            "ich mich mir mein meine meinen meinem meiner meines du dich dir dein deine deinen deinem deiner er ihn "
            "ihm sein seine seinen seinem seiner sie ihr ihre ihren ihrem ihrer wir uns unser unsere unseren euch "
            "euer eure ihnen sich"
        ),
        (
            "es das dies diese dieser dieses diesen diesem jene jener etwas jemand man was wer wem wen welche welcher "
            "welches alles wessen dessen deren"
        ),
        "der die den dem des ein eine einen einem einer eines",
        (
            "in im ins an am ans auf aus bei beim mit nach von vom zu zum zur über unter vor hinter neben zwischen "
            "durch für gegen ohne um seit bis während wegen trotz statt außer ab ueber fuer"
        ),
        (
            "und oder aber denn sondern weil dass daß wenn als ob obwohl damit sodass sowie falls nachdem bevor "
            "solange sobald wie"
        ),
        (
            "bin bist ist sind seid war warst waren wart gewesen sei wäre wären habe hab hast hat haben habt hatte "
            "hatten hätte hätten werde wirst wird werden werdet wurde wurden würde würden worden kann kannst können "
            "könnte konnte muss musst müssen musste soll sollte sollen will willst wollen wollte darf dürfen mag "
            "möchte"
        ),
        (
            "sehr auch nur noch schon immer wieder jetzt dann da hier dort so ja doch mal eben halt ganz ziemlich "
            "fast vielleicht oft manchmal gerade eigentlich wirklich sogar wohl bald gern gerne mehr warum wann wo "
            "heute"
        ),
        "nicht kein keine keinen keinem keiner nie niemals nichts nein niemand weder nirgends nee",
        (
            "alle allen aller viel viele vielen wenig wenige einige einigen manche mehrere beide jede jeder jedes "
            "jeden jedem genug bisschen etliche paar andere anderen"
        ),
    ),
    "es": (
        (
            "yo me mí mi mis mío mía tú te ti tu tus tuyo él ella le lo la se su sus suyo nosotros nosotras nos "
            "nuestro nuestra nuestros nuestras vosotros os vuestro vuestra ellos ellas les usted ustedes conmigo "
            "contigo vos"
        ),
        (
            "esto eso aquello este esta estos estas ese esa esos esas aquel aquella algo alguien que qué quién quien "
            "quienes cual cuál cuales cuyo ello"
        ),
        "el los las un una unos unas del al",
        "de a en con por para sin sobre entre hasta desde hacia contra según durante mediante ante bajo tras pa",
        "y e o u pero porque si cuando aunque mientras como pues sino ni donde ya",
        (
            "soy eres es somos sois son era eras eran fue fui fueron ser sido siendo estoy estás está estamos están "
            "estaba estaban estar estado he has ha hemos han había habían haber hay hubo puedo puedes puede podemos "
            "pueden podía podría debo debe deben tengo tienes tiene tenemos tienen tenía voy vas va vamos van iba "
            "quiero quieres"
        ),
        (
            "muy también más menos tan así ahora después antes luego siempre casi aquí allí ahí todavía aún solo sólo "
            "bien quizás quizá hoy entonces además bastante cómo cuándo dónde tampoco igual tal vez"
        ),
        "no nunca jamás nada nadie ningún ninguna ninguno",
        (
            "todo toda todos todas mucho mucha muchos muchas poco poca pocos pocas algún alguna algunos algunas "
            "varios varias cada ambos otro otra otros otras demasiado suficiente"
        ),
    ),
    "fr": (
        (
            "je j'ai me moi mon ma mes mien tu te toi ton ta tes il elle lui se soi son sa ses nous notre nos vous "
            "votre vos ils elles eux leur leurs on j j'étais t'es"
        ),
        (
            "ce c'est ça ceci cela cet cette ces celui celle ceux celles quelque quelqu'un qui que quoi quel quelle "
            "quels quelles dont lequel laquelle c c'était qu'il qu'elle qu'on"
        ),
        "le la les un une des du au aux l d",
        (
            "de à en dans sur sous avec sans pour par chez entre vers contre depuis pendant avant après jusque dès "
            "envers selon malgré parmi"
        ),
        "et ou mais donc or ni car si comme quand lorsque parce puisque quoique tandis afin",
        (
            "suis es est sommes êtes sont étais était étions étaient fut être été serai sera serait ai as a avons "
            "avez ont avais avait avaient avoir eu aura aurait peux peut pouvons peuvent pouvait pourrait dois doit "
            "doivent fait vais vas va allons vont veux veut faut"
        ),
        (
            "très aussi plus moins trop bien mal encore déjà toujours souvent parfois maintenant alors ici là puis "
            "ensuite presque peut-être vraiment seulement même tant tellement comment pourquoi où hier demain y"
        ),
        "ne n pas jamais rien personne aucun aucune non point guère n'est n'ai n'a",
        ("tout toute tous toutes beaucoup peu plusieurs quelques chaque certains certaines assez autre autres plupart"),
    ),
    "it": (
        (
            "io me mi mio mia miei mie tu te ti tuo tua tuoi tue egli lui lei gli le lo la si suo sua suoi sue noi ci "
            "nostro nostra nostri voi vi vostro vostra loro li ne"
        ),
        ("questo questa questi queste quello quella quelli quelle ciò che chi cosa cui quale quali qualcosa qualcuno"),
        "il i un uno una l dell'",
        (
            "di a da in con su per tra fra del dello della dei degli delle al allo alla ai agli alle dal dalla dai "
            "nel nella nei nelle sul sulla sui senza verso contro dopo prima durante sotto sopra presso"
        ),
        "e ed o ma perché se quando mentre come però anche quindi dunque oppure né dove",
        (
            "sono sei è siamo siete ero era eri erano fu essere stato stata sarò sarà sarebbe ho hai ha abbiamo avete "
            "hanno avevo aveva avevano avere avuto posso puoi può possiamo possono poteva potrebbe devo deve devono "
            "voglio vuoi vuole vado vai va sto sta stai fare fa faccio c'è"
        ),
        (
            "molto più meno poi già ancora sempre adesso ora allora qui qua lì là così solo quasi forse spesso bene "
            "proprio davvero oggi ieri domani subito insomma comunque"
        ),
        "non no mai niente nulla nessuno nessuna neanche nemmeno",
        (
            "tutto tutta tutti tutte tanto tanta tanti tante poco poca pochi poche molti molte alcuni alcune ogni "
            "qualche altro altra altri altre troppo abbastanza entrambi"
        ),
    ),
    "pt": (
        (
            "eu me mim meu minha meus minhas tu te ti teu tua você vocês ele ela lhe se seu sua seus suas nós nos "
            "nosso nossa eles elas lhes comigo contigo vc gente"
        ),
        ("isto isso aquilo este esta estes estas esse essa esses essas aquele aquela algo alguém que quem qual quais"),
        "o a os as um uma uns umas",
        ("de do da dos das em no na nos nas com por para pra pelo pela sem sobre entre até desde contra ao à aos após"),
        "e ou mas porque se quando embora enquanto como pois nem onde então porém",
        (
            "sou és é somos são era eram foi fui foram ser sido estou está estamos estão estava estavam estar tenho "
            "tem temos têm tinha tinham ter tive teve há havia posso pode podemos podem podia poderia devo deve vou "
            "vai vamos vão ia quero quer tô tá"
        ),
        (
            "muito também mais menos tão assim agora depois antes sempre quase aqui ali lá ainda só bem talvez hoje "
            "já logo mesmo apenas"
        ),
        "não nunca jamais nada ninguém nenhum nenhuma",
        (
            "todo toda todos todas tudo muitos muitas pouco pouca poucos algum alguma alguns algumas vários cada "
            "ambos outro outra outros outras demais bastante"
        ),
    ),
    "nl": (
        "ik mij me mijn jij je jou jouw hij hem zijn haar zij ze wij we ons onze jullie hun hen u uw zich m'n",
        "het dit dat deze die iets iemand wat wie welke er alles men",
        "de een 't 'n",
        (
            "van in op aan met voor naar bij uit door over onder tot tegen tussen zonder om na sinds tijdens binnen "
            "buiten"
        ),
        "en of maar want omdat als dus hoewel terwijl toen zodat dan indien",
        (
            "ben bent is was waren geweest wees heb hebt heeft hebben had hadden gehad word wordt worden werd zal "
            "zullen zou zouden kan kun kunt kunnen kon moet moeten moest mag mogen wil wilt willen wilde ga gaat gaan "
            "doe doet"
        ),
        (
            "zeer heel erg ook nog al alleen maar weer nu daar hier zo wel eens toch even altijd vaak soms misschien "
            "bijna eigenlijk echt gewoon graag waarom hoe waar wanneer toen"
        ),
        "niet geen nooit niets nee niemand noch",
        "alle veel weinig meer meest minder enkele sommige elk elke ieder iedere beide genoeg beetje paar andere",
    ),
    "ru": (
        (
            "я меня мне мной мой моя моё мое мои моего моей ты тебя тебе тобой твой твоя твоё твои он его ему им она "
            "её ее ей мы нас нам нами наш наша наше наши вы вас вам вами ваш ваша ваше ваши они их ими себя себе свой "
            "своя свои своё свою него неё ней них ним"
        ),
        (
            "это этот эта эти этого этой этом то тот та те того той тем что чего чему кто кого кому который которая "
            "которые которое что-то кто-то такой такая такие всё все"
        ),
        "",
        (
            "в во на с со к ко о об от до из у за по под над при про для без через между перед после около из-за "
            "среди против вместо кроме ради"
        ),
        "и а но или да если чтобы потому хотя когда пока как так будто либо ни также тоже зато ведь поэтому где",
        (
            "быть был была было были буду будешь будет будем будете будут есть бы б могу можешь может можем могут мог "
            "могла могли можно надо нужно нельзя должен должна должны хочу хочешь хочет давай стал стала"
        ),
        (
            "очень уже ещё еще только даже вот там тут здесь сейчас теперь тогда потом всегда иногда часто опять "
            "снова почти просто именно конечно наверное может-быть вообще совсем более менее почему зачем куда ну же "
            "ли сегодня"
        ),
        "не нет никогда ничего никто никого никак нигде нельзя",
        (
            "много мало больше меньше несколько каждый каждая каждое любой любая сколько столько оба обе другой "
            "другая другие весь вся всех всего всем немного"
        ),
    ),
    "zh": (
        "我 你 您 他 她 们 咱 俺 自",
        "这 那 它 此 哪 谁 啥 什 其",
        "",
        "在 从 对 向 把 被 给 跟 于 以 为 由 到 按 比 往 让",
        "和 与 或 但 而 因 所 如 果 虽 且 则 若 并 及 同",
        "是 有 会 能 要 可 应 该 将 得 着 了 过 来 去 的 地",
        "很 也 都 就 还 又 再 才 太 真 更 最 已 常 只 刚 正 吧 吗 呢 啊 呀 嘛 哦 怎",
        "不 没 无 别 非 未 莫",
        "些 每 各 几 多 少 全 两 半 个 一 另",
    ),
}
