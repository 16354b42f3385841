"""Says whether a name is a person, an organization or a place: by the relation, or by what it is called."""

from collections.abc import Mapping

from enrichment.domain.text import normalised

PERSONS, ORGANIZATIONS, LOCATIONS, OTHERS = "persons", "organizations", "locations", "others"
BY_PREDICATE: Mapping[str, str] = {
    "partner": PERSONS,
    "has friend": PERSONS,
    "has relative": PERSONS,
    "knows": PERSONS,
    "works at": ORGANIZATIONS,
    "studies at": ORGANIZATIONS,
    "lives in": LOCATIONS,
    "born in": LOCATIONS,
    "birthplace": LOCATIONS,
}
# A straight list: what names are called in digests, in the languages that the date tables begin with.
_WORDS: Mapping[str, str] = {
    PERSONS: """person friend sister brother mother father mom mum dad wife husband partner girlfriend boyfriend son
        daughter child kid cousin aunt uncle niece nephew grandmother grandfather grandma grandpa
        colleague coworker boss
        manager neighbour neighbor teacher mentor doctor therapist roommate flatmate classmate fiancé fiancée artist
        author singer freund freundin schwester bruder mutter vater frau mann sohn tochter kollege kollegin chef chefin
        nachbar nachbarin lehrer lehrerin amigo amiga hermana hermano madre padre esposa esposo hijo hija ami amie sœur
        frère mère père femme mari fils fille amico amica sorella fratello irmã irmão amigo filho filha подруга друг
        сестра брат мать отец жена муж сын дочь коллега 朋友 姐姐 妹妹 哥哥 弟弟 妈妈 爸爸 同事 友達 姉 妹 兄 弟""",
    ORGANIZATIONS: """company employer firm startup organization organisation university college school team club band
        agency bank hospital shop store museum charity church office institute studio lab department group brand
        firma unternehmen arbeitgeber universität schule verein krankenhaus empresa universidad escuela entreprise
        université école azienda università scuola компания университет школа 公司 大学 学校 会社""",
    LOCATIONS: """city town village country state region province district neighbourhood neighborhood
        street island river
        lake mountain beach park place location continent capital airport stadt dorf land ort straße fluss see insel
        ciudad pueblo país lugar ville pays lieu città paese cidade город страна деревня место 城市 国家 地方
        街 町 国""",
}
_KIND = {word: kind for kind, listed in _WORDS.items() for word in listed.split()}


def kind_of(value: str) -> str:
    """Return what somebody or something is that is called so, ``others`` where the words do not tell."""
    found = [_KIND[word] for word in normalised(value).replace(",", " ").split() if word in _KIND]
    return found[-1] if found else OTHERS
