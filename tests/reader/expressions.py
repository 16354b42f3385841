"""Words for times in four languages, and which days or hours somebody means who asks on a certain afternoon."""

# ruff: noqa: E501 - a line is one meaning in four languages

# Asked on Wednesday, 13 May 2026, 15:30 in Berlin. A straight list: what is said in English, German, Spanish and
# French, from when, until when; without an hour, midnight is meant.
TABLE = """
yesterday | gestern | ayer | hier | 05-12 | 05-13
today | heute | hoy | aujourd'hui | 05-13 | 05-14
tomorrow | morgen | mañana | demain | 05-14 | 05-15
the day before yesterday | vorgestern | anteayer | avant-hier | 05-11 | 05-12
the day after tomorrow | übermorgen | pasado mañana | après-demain | 05-15 | 05-16
last week | letzte Woche | la semana pasada | la semaine dernière | 05-04 | 05-13
this week | diese Woche | esta semana | cette semaine | 05-11 | 05-18
next week | nächste Woche | la próxima semana | la semaine prochaine | 05-18 | 05-25
last month | letzten Monat | el mes pasado | le mois dernier | 04-01 | 05-01
this month | diesen Monat | este mes | ce mois-ci | 05-01 | 06-01
next month | nächsten Monat | el próximo mes | le mois prochain | 06-01 | 07-01
last year | letztes Jahr | el año pasado | l'année dernière | 2025-01-01 | 2026-01-01
this year | dieses Jahr | este año | cette année | 01-01 | 2027-01-01
next year | nächstes Jahr | el próximo año | l'année prochaine | 2027-01-01 | 2028-01-01
yesterday morning | gestern früh | ayer por la mañana | hier matin | 05-12 05 | 05-12 12
yesterday afternoon | gestern Nachmittag | ayer por la tarde | hier après-midi | 05-12 12 | 05-12 18
yesterday evening | gestern Abend | ayer por la noche | hier soir | 05-12 17 | 05-13
this morning | heute Morgen | esta mañana | ce matin | 05-13 05 | 05-13 12
this afternoon | heute Nachmittag | esta tarde | cet après-midi | 05-13 12 | 05-13 18
this evening | heute Abend | esta noche | ce soir | 05-13 17 | 05-14
on Monday | am Montag | el lunes | lundi | 05-11 | 05-12
on Tuesday | am Dienstag | el martes | mardi | 05-12 | 05-13
last Friday | letzten Freitag | el viernes pasado | vendredi dernier | 05-08 | 05-09
on Sunday | am Sonntag | el domingo | dimanche | 05-10 | 05-11
next Friday | nächsten Freitag | el próximo viernes | vendredi prochain | 05-15 | 05-16
Monday evening | Montagabend | el lunes por la noche | lundi soir | 05-11 17 | 05-12
Saturday afternoon | Samstagnachmittag | el sábado por la tarde | samedi après-midi | 05-09 12 | 05-09 18
in October | im Oktober | en octubre | en octobre | 2025-10-01 | 2025-11-01
in March | im März | en marzo | en mars | 03-01 | 04-01
in January 2025 | im Januar 2025 | en enero de 2025 | en janvier 2025 | 2025-01-01 | 2025-02-01
in 2024 | 2024 | en 2024 | en 2024 | 2024-01-01 | 2025-01-01
on 3 May | am 3. Mai | el 3 de mayo | le 3 mai | 05-03 | 05-04
3 May 2025 | 3. Mai 2025 | 3 de mayo de 2025 | 3 mai 2025 | 2025-05-03 | 2025-05-04
three days ago | vor drei Tagen | hace tres días | il y a trois jours | 05-10 | 05-11
two weeks ago | vor zwei Wochen | hace dos semanas | il y a deux semaines | 04-27 | 05-04
two months ago | vor zwei Monaten | hace dos meses | il y a deux mois | 03-01 | 04-01
five years ago | vor fünf Jahren | hace cinco años | il y a cinq ans | 2021-01-01 | 2022-01-01
last summer | letzten Sommer | el verano pasado | l'été dernier | 2025-06-01 | 2025-09-01
last winter | letzten Winter | el invierno pasado | l'hiver dernier | 2025-12-01 | 03-01
in spring | im Frühling | en primavera | au printemps | 03-01 | 06-01
the last 3 days | die letzten 3 Tage | los últimos 3 días | les 3 derniers jours | 05-10 | 05-13 15:30
the last two weeks | die letzten zwei Wochen | las últimas dos semanas | les deux dernières semaines | 04-29 | 05-13 15:30
in the last 3 months | in den letzten 3 Monaten | en los últimos 3 meses | ces 3 derniers mois | 02-12 | 05-13 15:30
between March and April | zwischen März und April | entre marzo y abril | entre mars et avril | 03-01 | 05-01
between Monday and Tuesday | zwischen Montag und Dienstag | entre el lunes y el martes | entre lundi et mardi | 05-11 | 05-13
last weekend | letztes Wochenende | el fin de semana pasado | le week-end dernier | 05-09 | 05-11
at Christmas | an Weihnachten | en Navidad | à Noël | 2025-12-25 | 2025-12-26
in two days | in zwei Tagen | en dos días | dans deux jours | 05-15 | 05-16
2026-05-03 | 03.05.2026 | 2026-05-03 | 2026-05-03 | 05-03 | 05-04
last night | letzte Nacht | anoche | la nuit dernière | 05-12 20 | 05-13 06
"""
