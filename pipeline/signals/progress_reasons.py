"""What is said of built shares, in Kazakh, Russian and English, each sentence with the figures it rests on."""

from collections.abc import Iterable
from enum import StrEnum

from pipeline.signals.reasons import Reason


class ProgressReasonCode(StrEnum):
    """The findings a sentence exists for."""

    ON_PLAN = "on_plan"
    LAGS = "lags"
    LAGS_PERHAPS = "lags_perhaps"
    BEHIND = "behind"
    OVERDUE = "overdue"
    NOTHING_GROWS = "nothing_grows"
    GROWS_EARLY = "grows_early"
    LOOKS_COMPLETE = "looks_complete"
    ELEMENTS_UNSEEN = "elements_unseen"
    FIGURES_BEHIND = "figures_behind"
    FIGURES_AHEAD = "figures_ahead"
    SINCE = "since"
    SINCE_OR_EARLIER = "since_or_earlier"
    DISAGREE = "disagree"
    FORECAST = "forecast"
    FORECAST_P50 = "forecast_p50"
    TOO_FEW_DAYS = "too_few_days"
    NOT_GROWING = "not_growing"
    TOO_FAR = "too_far"
    REPORT_ABOVE = "report_above"
    REPORT_BELOW = "report_below"
    CAMERA_DOWN = "camera_down"
    CAMERA_MOVED = "camera_moved"
    OUTSIDE_HOURS = "outside_hours"


_SENTENCES: dict[ProgressReasonCode, Reason] = {
    ProgressReasonCode.ON_PLAN: Reason(
        kk="Құрылыс жоспарға сай жүріп жатыр.",
        ru="Строительство идёт по плану.",
        en="The works keep to the plan.",
    ),
    ProgressReasonCode.LAGS: Reason(
        kk="Құрылыс жоспардан қалып барады.",
        ru="Строительство начинает отставать от плана.",
        en="The works begin to lag behind the plan.",
    ),
    ProgressReasonCode.LAGS_PERHAPS: Reason(
        kk="Құрылыс жоспардан қалып қойған сияқты, бірақ бақылау аралығы жоспарға жетеді, сондықтан бұл анық емес.",
        ru="Строительство, похоже, отстаёт, но интервал наблюдения доходит до плана, поэтому это не точно.",
        en="The works seem to be behind, but the interval of what was observed reaches the plan, so it is not sure.",
    ),
    ProgressReasonCode.BEHIND: Reason(
        kk="Құрылыс жоспардан қалып қойды.",
        ru="Строительство отстаёт от плана.",
        en="The works are behind the plan.",
    ),
    ProgressReasonCode.OVERDUE: Reason(
        kk="Жоспар {finishes_on} аяқталды, ал камераға көрінетін жұмыстар бітпеген.",
        ru="Срок плана истёк {finishes_on}, а видимые камерам работы не завершены.",
        en="The plan ended on {finishes_on}, and the works that cameras see are not complete.",
    ),
    ProgressReasonCode.NOTHING_GROWS: Reason(
        kk="Жоспар бойынша жұмыс жүруі тиіс, бірақ {since} бастап көрінген {still} жұмыс күнінде ешкім жұмыс істемеді "
        "және ештеңе өспеді.",
        ru="По плану работы должны идти, но с {since} в увиденные рабочие дни ({still}) никто не работал и ничего не "
        "выросло.",
        en="By the plan work is due, but on the {still} working days that were seen since {since} nobody worked and "
        "nothing grew.",
    ),
    ProgressReasonCode.GROWS_EARLY: Reason(
        kk="Жоспар бойынша жұмыс {starts_on} басталады, бірақ құрылыс өсіп жатыр.",
        ru="По плану работы начинаются {starts_on}, но строительство уже растёт.",
        en="By the plan work starts on {starts_on}, but the works are growing already.",
    ),
    ProgressReasonCode.LOOKS_COMPLETE: Reason(
        kk="Камераларға көрінетіннің бәрі аяқталған сияқты; мұны адам растауы тиіс.",
        ru="Всё, что видят камеры, выглядит завершённым; это должен подтвердить человек.",
        en="All that the cameras can see looks complete; a person should confirm it.",
    ),
    ProgressReasonCode.ELEMENTS_UNSEEN: Reason(
        kk="Жұмыс элементтерінің көбі {days} күннен артық көрінбеді, сондықтан салынған үлес ескірген.",
        ru="Большую часть рабочих элементов не было видно дольше {days} дн., поэтому построенная доля устарела.",
        en="Most of the work elements have not been seen for more than {days} days, so the built share is out of date.",
    ),
    ProgressReasonCode.FIGURES_BEHIND: Reason(
        kk="Бақылау бойынша {observed} % ({low}–{high}), жоспар бойынша {planned} %, кешігу {slippage} п. т.; "
        "камераларға жоспардың {seen} % көрінеді.",
        ru="По наблюдению {observed} % ({low}–{high}), по плану {planned} %, отставание {slippage} п. п.; "
        "камерам видно {seen} % плана.",
        en="Observed {observed} % ({low} to {high}), planned {planned} %, slippage {slippage} points; "
        "cameras can see {seen} % of the plan.",
    ),
    ProgressReasonCode.FIGURES_AHEAD: Reason(
        kk="Бақылау бойынша {observed} % ({low}–{high}), жоспар бойынша {planned} %, жоспардан {slippage} п. т. озық; "
        "камераларға жоспардың {seen} % көрінеді.",
        ru="По наблюдению {observed} % ({low}–{high}), по плану {planned} %, опережение {slippage} п. п.; "
        "камерам видно {seen} % плана.",
        en="Observed {observed} % ({low} to {high}), planned {planned} %, ahead by {slippage} points; "
        "cameras can see {seen} % of the plan.",
    ),
    ProgressReasonCode.SINCE: Reason(
        kk="Кешігу {since} бастап байқалады.",
        ru="Отставание наблюдается с {since}.",
        en="It has been behind since {since}.",
    ),
    ProgressReasonCode.SINCE_OR_EARLIER: Reason(
        kk="Кешігу {since} немесе одан да бұрын басталған.",
        ru="Отставание наблюдается с {since} или дольше.",
        en="It has been behind since {since} or longer.",
    ),
    ProgressReasonCode.DISAGREE: Reason(
        kk="Екі камера келіспейді ({keys}); аралық екеуінің де көрсеткішін қамтиды.",
        ru="Две камеры расходятся ({keys}); интервал охватывает показания обеих.",
        en="Two cameras disagree ({keys}); the interval covers what both say.",
    ),
    ProgressReasonCode.FORECAST: Reason(
        kk="Байқалған қарқын аптасына {pace} п. т.; жоспардың қарқынымен қоса алғанда аяқталуы {p50}, 80 % "
        "ықтималдықпен {p80} дейін.",
        ru="Наблюдаемый темп {pace} п. п. в неделю; с учётом темпа по плану завершение {p50}, с вероятностью 80 % до "
        "{p80}.",
        en="The observed pace is {pace} points a week; weighed with the plan's it would be finished by {p50}, with "
        "80 % by {p80}.",
    ),
    ProgressReasonCode.FORECAST_P50: Reason(
        kk="Байқалған қарқын аптасына {pace} п. т.; жоспардың қарқынымен қоса алғанда аяқталуы {p50}; қарқын тым "
        "тұрақсыз, 80 % ықтималдықты күн айтылмайды.",
        ru="Наблюдаемый темп {pace} п. п. в неделю; с учётом темпа по плану завершение {p50}; темп слишком неровный "
        "для даты с 80 %.",
        en="The observed pace is {pace} points a week; weighed with the plan's it would be finished by {p50}; the pace "
        "is too unsteady to say a date with 80 %.",
    ),
    ProgressReasonCode.TOO_FEW_DAYS: Reason(
        kk="Қарқын мен аяқталу күнін айтуға көрінген күндер аз.",
        ru="Для темпа и прогноза завершения увиденных дней слишком мало.",
        en="Too few days were seen to tell a pace or to forecast a finish.",
    ),
    ProgressReasonCode.NOT_GROWING: Reason(
        kk="Соңғы төрт аптада өсу байқалмады, сондықтан аяқталу күні болжанбайды.",
        ru="За последние четыре недели роста не видно, поэтому завершение не прогнозируется.",
        en="No growth was seen over the last four weeks, so no finish is forecast.",
    ),
    ProgressReasonCode.TOO_FAR: Reason(
        kk="Байқалған қарқынмен аяқталуы он жылдан асады.",
        ru="При наблюдаемом темпе до завершения больше десяти лет.",
        en="At the observed pace the finish is more than ten years off.",
    ),
    ProgressReasonCode.REPORT_ABOVE: Reason(
        kk="Есеп бойынша {reported_on} күні {reported} % салынған, ал камералар {observed} % ({low}–{high}) көрді: "
        "есеп {gap} п. т. жоғары.",
        ru="По отчёту на {reported_on} построено {reported} %, а камеры видели {observed} % ({low}–{high}): "
        "отчёт выше на {gap} п. п.",
        en="The report of {reported_on} says {reported} %, the cameras saw {observed} % ({low} to {high}): "
        "the report is {gap} points higher.",
    ),
    ProgressReasonCode.REPORT_BELOW: Reason(
        kk="Есеп бойынша {reported_on} күні {reported} % салынған, ал камералар {observed} % ({low}–{high}) көрді: "
        "есеп {gap} п. т. төмен.",
        ru="По отчёту на {reported_on} построено {reported} %, а камеры видели {observed} % ({low}–{high}): "
        "отчёт ниже на {gap} п. п.",
        en="The report of {reported_on} says {reported} %, the cameras saw {observed} % ({low} to {high}): "
        "the report is {gap} points lower.",
    ),
    ProgressReasonCode.CAMERA_DOWN: Reason(
        kk="{camera} камерасымен {since} бастап байланыс жоқ.",
        ru="С камерой {camera} нет связи с {since}.",
        en="Camera {camera} has been out of reach since {since}.",
    ),
    ProgressReasonCode.CAMERA_MOVED: Reason(
        kk="{camera} камерасы {since} бастап басқа жаққа қарап тұр. Жаңа көріністі растаңыз немесе камераны орнына "
        "қайтарыңыз.",
        ru="Камера {camera} с {since} смотрит в другую сторону. Подтвердите новый вид или верните камеру на место.",
        en="Camera {camera} has looked elsewhere since {since}. Confirm the new view or turn the camera back.",
    ),
    ProgressReasonCode.OUTSIDE_HOURS: Reason(
        kk="{day} күні жұмыс уақытынан тыс техника {hours} сағат жұмыс істеді.",
        ru="{day} вне рабочего времени техника работала {hours} ч.",
        en="On {day} machines were at work for {hours} h outside scheduled hours.",
    ),
}


def tell(code: ProgressReasonCode, **values: object) -> Reason:
    """Fill a finding's sentence in all three languages; figures with a fraction get each language's decimal mark."""
    sentence = _SENTENCES[code]
    english = {name: _said(value) for name, value in values.items()}
    comma = {
        name: said.replace(".", ",") if isinstance(values[name], float) else said for name, said in english.items()
    }
    return Reason(sentence.kk.format(**comma), sentence.ru.format(**comma), sentence.en.format(**english))


def joined(reasons: Iterable[Reason]) -> Reason:
    """Sentences one after another."""
    told = list(reasons)
    return Reason(*(" ".join(getattr(reason, language) for reason in told) for language in ("kk", "ru", "en")))


def _said(value: object) -> str:
    # Rounding leaves no minus before a nought.
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
