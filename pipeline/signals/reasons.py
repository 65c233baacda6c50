"""Why a status is proposed, as one sentence in Kazakh, Russian and English."""

from dataclasses import dataclass
from enum import StrEnum


class ReasonCode(StrEnum):
    """The findings a sentence exists for."""

    NO_PLAN = "no_plan"
    NO_WORKING_DAY = "no_working_day"
    NOT_SEEN = "not_seen"
    VIEW_MOVED = "view_moved"
    NOT_DUE = "not_due"
    EARLY_START = "early_start"
    STOPPED = "stopped"
    OVERDUE = "overdue"
    SPARSE_WORK = "sparse_work"
    AT_WORK = "at_work"


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence in the three languages."""

    kk: str
    ru: str
    en: str


_SENTENCES: dict[ReasonCode, Reason] = {
    ReasonCode.NO_PLAN: Reason(
        kk="Жобаның салыстыратын жоспары жоқ.",
        ru="У проекта нет плана, с которым можно сравнить.",
        en="The project has no plan to compare with.",
    ),
    ReasonCode.NO_WORKING_DAY: Reason(
        kk="Алаң күнтізбесі бойынша камера қойылғалы бері бірде-бір жұмыс күні болған жоқ, сондықтан бағалайтын "
        "ештеңе жоқ. Жұмыс жүруі тиіс болса, күнтізбені тексеріңіз.",
        ru="По календарю площадки с установки камеры не было ни одного рабочего дня, поэтому оценивать нечего. "
        "Если работы должны идти, проверьте календарь.",
        en="By the site's calendar there has been no working day since its camera came, so there is nothing to judge. "
        "If work is due, check the calendar.",
    ),
    ReasonCode.NOT_SEEN: Reason(
        kk="Камералар тым аз көрді: соңғы {scheduled} жұмыс күнінен {judged} күнді бағалауға болады "
        "(байланыссыз: {outage}, көрініссіз: {obstructed}).",
        ru="Камеры видели слишком мало: из последних рабочих дней ({scheduled}) оценить можно {judged} "
        "(без связи: {outage}, без видимости: {obstructed}).",
        en="The cameras saw too little: {judged} of the last {scheduled} working days can be judged "
        "(outage: {outage}, obstructed: {obstructed}).",
    ),
    ReasonCode.VIEW_MOVED: Reason(
        kk="Камера бұрылып кеткен: соңғы {scheduled} жұмыс күнінің {moved} күнінде ол басқа жаққа қарап тұрды, "
        "{judged} күнді ғана бағалауға болады. Жаңа көріністі растаңыз немесе камераны бұрынғы орнына қайтарыңыз.",
        ru="Камера сдвинута: из последних рабочих дней ({scheduled}) она смотрела в другую сторону дней: {moved}, "
        "оценить можно лишь {judged}. Подтвердите новый вид или верните камеру на место.",
        en="The camera has been moved: on {moved} of the last {scheduled} working days it looked elsewhere, and "
        "only {judged} can be judged. Confirm the new view or turn the camera back.",
    ),
    ReasonCode.NOT_DUE: Reason(
        kk="Жоспар бойынша жұмыс {starts_on} басталады; әзірге алаңда жұмыс көрінбеді.",
        ru="По плану работы начинаются {starts_on}; пока работ на площадке не видно.",
        en="By the plan work starts on {starts_on}; none has been seen on the site yet.",
    ),
    ReasonCode.EARLY_START: Reason(
        kk="Жоспар бойынша жұмыс {starts_on} басталады, бірақ алаңда жұмыс көрінді: {active} күн.",
        ru="По плану работы начинаются {starts_on}, но на площадке уже видны работы: дней {active}.",
        en="By the plan work starts on {starts_on}, but it has been seen on the site already: {active} days.",
    ),
    ReasonCode.STOPPED: Reason(
        kk="Жоспар бойынша жұмыс жүруі тиіс, бірақ көрінген соңғы {still} жұмыс күнінде алаңда ешкім жұмыс істемеді.",
        ru="По плану работы должны идти, но в последние увиденные рабочие дни ({still}) на площадке никто не работал.",
        en="By the plan work is due, but on the last {still} working days that were seen nobody worked on the site.",
    ),
    ReasonCode.OVERDUE: Reason(
        kk="Жоспардың соңғы жұмысы {finishes_on} аяқталуы тиіс еді, ал аяқталғаны расталмаған.",
        ru="Последняя работа плана должна была завершиться {finishes_on}, завершение не подтверждено.",
        en="The plan's last task was due on {finishes_on} and completion has not been confirmed.",
    ),
    ReasonCode.SPARSE_WORK: Reason(
        kk="Көрінген {judged} жұмыс күнінің {active} күнінде ғана жұмыс жүрді.",
        ru="Работы велись лишь в {active} из {judged} увиденных рабочих дней.",
        en="Work went on during only {active} of the {judged} working days that were seen.",
    ),
    ReasonCode.AT_WORK: Reason(
        kk="Көрінген {judged} жұмыс күнінің {active} күнінде жұмыс жүрді. Бұл ереже салынған үлесті өлшемейді.",
        ru="Работы велись в {active} из {judged} увиденных рабочих дней. Построенную долю это правило не измеряет.",
        en="Work went on during {active} of the {judged} working days that were seen. "
        "This rule doesn't measure the share built.",
    ),
}


def explain(code: ReasonCode, **values: object) -> Reason:
    """Fill a finding's sentence in all three languages."""
    sentence = _SENTENCES[code]
    return Reason(sentence.kk.format(**values), sentence.ru.format(**values), sentence.en.format(**values))
