"""Short forms of first names, folded as ``translit.fold`` does, to the full form they stand for."""

from __future__ import annotations

from recruit.parsing.translit import fold

# One line a name: the full form, then what people are called and call themselves in a form.
_LINES = """
александр саша саня шура алекс alexander alex sasha
александра саша шура alexandra sasha
алексей леша лёша алеша лёха alexey alexei
анастасия настя ася anastasia nastya
анатолий толя
андрей андрюша
анна аня нюра анюта anna anya ann
антон тоша
антонина тоня
артем тема артём
борис боря
вадим вадик
валентина валя
валентин валя
валерий валера
валерия лера
василий вася
вера верочка
виктор витя
виктория вика
виталий виталик
владимир вова володя
владислав влад владик
вячеслав слава
галина галя
геннадий гена
георгий гоша жора
григорий гриша
дарья даша
денис дениска
дмитрий дима митя dmitry dmitri
евгений женя
евгения женя
екатерина катя catherine katya
елена лена алена helen
елизавета лиза
иван ваня
игорь игорек
илья илюша
ирина ира
кирилл кирюша
константин костя
кристина кристя
ксения ксюша
лариса лара
леонид леня
лидия лида
любовь люба
людмила люда мила
максим макс
маргарита рита
марина мариша
мария маша маруся maria
михаил миша michael
надежда надя
наталья наташа наталия ната natalia
никита никитка
николай коля
оксана ксюша
олег олежка
ольга оля
павел паша
петр петя
полина поля
роман рома
светлана света
семен сеня
сергей сережа серый
софия соня софья
станислав стас слава
степан степа
таисия тая
тамара тома
татьяна таня
тимофей тима
федор федя
юлия юля julia
юрий юра
яков яша
ярослав слава ярик
alexander alex al xander
andrew andy drew
anthony tony
benjamin ben
charles charlie chuck
christopher chris
daniel dan danny
david dave
deborah debbie deb
edward ed eddie ted
elizabeth liz beth betty lizzie
emily em emmy
gregory greg
jacob jake
james jim jimmy jamie
jeffrey jeff
jennifer jen jenny
jessica jess
john johnny jack
jonathan jon
joseph joe joey
joshua josh
katherine kate kathy katie
kenneth ken kenny
kimberly kim
lawrence larry
margaret maggie meg peggy
matthew matt
melissa mel
michael mike mick
nicholas nick
nicole nikki
pamela pam
patricia pat patty
patrick pat
peter pete
rebecca becky
richard rick dick rich
robert rob bob bobby
ronald ron
samantha sam
samuel sam
stephanie steph
stephen steve
steven steve
susan sue
theodore ted theo
thomas tom tommy
timothy tim
victoria vicky
vincent vince
william bill will billy
"""


def _table() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for line in _LINES.strip().splitlines():
        full, *short = (fold(word) for word in line.split())
        for word in (full, *short):
            table.setdefault(word, set()).add(full)
    return {word: frozenset(fulls) for word, fulls in table.items()}


_FULL_FORMS = _table()


def full_forms(folded: str) -> frozenset[str]:
    """Return the full names that ``folded`` (a folded word) may stand for; itself if it is in no table."""
    return _FULL_FORMS.get(folded) or frozenset({folded})


def different_names(a: str, b: str) -> bool:
    """Return whether both folded words are known first names and not of one person: Мария and Марина, not a slip."""
    forms_a, forms_b = _FULL_FORMS.get(a), _FULL_FORMS.get(b)
    return forms_a is not None and forms_b is not None and not forms_a & forms_b
