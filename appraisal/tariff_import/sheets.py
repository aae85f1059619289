"""The other sheets of the template: the area, its sources, users, periods, ratios, and what is added to the price."""

from __future__ import annotations

from appraisal.errors import said
from appraisal.library.retail_types import ABSENT, COMPONENTS
from appraisal.library.types import LETTERS
from appraisal.tariff_import.columns import (
    BANDS,
    CAPACITY,
    DEMAND,
    NAMES,
    NOTE,
    PARTS_COLUMN,
    PRICE,
    SCOPE,
    SOURCE,
    Column,
    Sheet,
)
from appraisal.tariff_import.months_sheet import MONTHS

HALF_HOURS = tuple(f"{step // 2:02d}:{step % 2 * 30:02d}" for step in range(48))
_ID = Column(key="key", title=said("key", "代码"), kind="code", required=True, help=said(
    "small letters, digits and _; other sheets name it", "小写字母、数字和 _；其他表以此引用"
))  # fmt: skip
_FROM = Column(key="from", title=said("from", "执行日期"), kind="date", required=True, help=said(
    "the first day on which it holds", "开始执行的日期"
))  # fmt: skip

AREA = Sheet(
    key="area",
    title=said("area", "地区"),
    help=said(
        "One line an answer, in column C. To add months to an area that the library has, state its id only.",
        "每行一项，填在 C 列。为已有地区补充月份时只填地区代码。",
    ),
    columns=(
        Column(key="id", title=said("id of the area", "地区代码"), kind="code", required=True, help=said(
            "small letters, digits and _: {word} becomes {name}", "小写字母、数字和 _：{word} 即为 {name}", word="demo", name="retail.demo"
        )),
        Column(key="title_zh", title=said("title in Chinese", "中文标题"), required=True, help=said("as {text}", "例：{text}", text="浙江 工商业分时电价")),
        Column(key="title_en", title=said("title in English", "英文标题"), required=True, help=said("as {text}", "例：{text}", text="Zhejiang, industrial and commercial tariff")),
        Column(key="clock", title=said("time zone", "时区"), required=True, help=said("of the clock that periods are read on", "划分时段所用的时区")),
        Column(key="document", title=said("document of the time-of-use rule", "分时电价文号"), required=True, help=said("number of the document", "文件文号")),
        Column(key="rule_from", title=said("rule in force from", "分时规则执行日期"), kind="date", required=True, help=said("the first day of its periods and ratios", "时段和比价开始执行的日期")),
        Column(key="rule_source", title=said("source of the rule", "规则来源代码"), kind="code", required=True, help=said("key of a row of the sheet of sources", "来源表中的代码")),
        Column(key="rule_note", title=said("note on the rule", "规则备注"), help=said("what a reader should know", "读者应当知道的说明")),
        Column(key="floats", title=said("components that float", "参与浮动的部分"), kind="words", choices=COMPONENTS, required=True, help=said(
            "what the ratio multiplies, with commas: purchased_energy, loss, system_operation, bundle, transmission, funds",
            "比价所乘的部分，以逗号分隔：代理购电、线损、系统运行费、合并公布、输配电价、基金附加",
        )),
        Column(key="rounding", title=said("rounding of the floating part", "浮动部分取整"), kind="number", within=(1e-6, 0.1), unit=PRICE, help=said(
            "step to which each band's floating part is rounded; empty: not rounded", "各时段浮动部分取整的最小单位；空白表示不取整"
        )),
        Column(key="default_one", title=said("default class, one-part", "单一制默认类别"), kind="code", required=True, help=said("key of a class", "用户类别的代码")),
        Column(key="default_two", title=said("default class, two-part", "两部制默认类别"), kind="code", required=True, help=said("key of a class", "用户类别的代码")),
    ),
    filled=({"clock": "Asia/Shanghai"},),
)  # fmt: skip
SOURCES = Sheet(
    key="sources",
    title=said("sources", "来源"),
    help=said("Every value names a row of this sheet: no value without document, confidence and day of checking.", "每个值都要引用本表的一行：没有文件、可信度和核对日期的值不予导入。"),
    columns=(_ID, Column(key="cite", title=said("citation", "来源名称"), required=True, width=50.0, help=said("document and number, to the clause", "文件名称和文号，写到条款")),
             MONTHS.column("address"), MONTHS.column("confidence"),
             Column(key="checked", title=said("checked on", "核对日期"), kind="date", required=True, help=MONTHS.column("checked").help), NOTE),
    examples=({"key": "notice", "cite": "某发改价格〔2026〕1号", "address": "https://example.org/notice", "confidence": "secondary", "checked": "2026-11-01"},),
)  # fmt: skip
CLASSES = Sheet(
    key="classes",
    title=said("classes", "用户类别"),
    help=said(
        "Classes of users that ratios or prices tell apart; one is enough.", "比价或电价所区分的用户类别；至少一类。"
    ),
    columns=(_ID, *NAMES, PARTS_COLUMN),
    examples=({"key": "all", "zh": "工商业", "en": "industry and commerce", "parts": "one,two"},),
    rows=10,
)
VOLTAGES = Sheet(
    key="voltages",
    title=said("voltages", "电压等级"),
    help=said("Voltages of the price table, lowest first.", "价目表中的电压等级，由低到高。"),
    columns=(_ID, *NAMES, Column(key="also", title=said("other names", "别名"), kind="words", width=30.0, help=said("names a case may use, with commas", "算例中可用的其他写法，以逗号分隔"))),
    examples=({"key": "1_10kv", "zh": "1-10（20）千伏", "en": "1-10 (20) kV", "also": "10kV,20kV,1-10kV"},),
    rows=12,
)  # fmt: skip
ZONES = Sheet(
    key="zones",
    title=said("zones", "价区"),
    help=said("Only where parts of the area pay different transmission prices.", "仅当地区内各地输配电价不同时填写。"),
    columns=(
        _ID, *NAMES,
        Column(key="adds", title=said("adds to transmission", "输配电价加减"), kind="number", unit=PRICE, help=said("may be negative; empty: not known", "可为负；空白表示未知")),
        Column(key="from", title=said("from", "执行日期"), kind="date", help=_FROM.help),
        Column(key="source", title=SOURCE.title, kind="code", help=SOURCE.help), NOTE,
    ),
    examples=({"key": "north", "zh": "北部", "en": "north", "adds": -0.0896, "from": "2026-08-01", "source": "notice"},),
    rows=10,
)  # fmt: skip
PERIODS = Sheet(
    key="periods",
    title=said("periods", "时段"),
    help=said(
        "Twelve rows: either one text of 24, 48 or 96 periods, or 48 half hours. s p f v d are sharp, peak, flat, valley, deep valley.",
        "十二行：或写一串 24、48 或 96 个时段，或逐个填 48 个半小时。尖 峰 平 谷 深 或 s p f v d 均可。",
    ),
    columns=(
        Column(key="months", title=said("months", "月份"), kind="months", required=True, help=said("1, or 1,7,8", "写 1，或 1,7,8")),
        *SCOPE,
        Column(key="letters", title=said("periods as text", "时段文字"), kind="letters", width=34.0, help=said("24, 48 or 96 signs from 00:00 on", "自 00:00 起 24、48 或 96 个字")),
        *(Column(key=hour, title=said("{hour}", "{hour}", hour=hour), kind="band", width=6.0,
                 help=said("the half hour from {hour} on", "自 {hour} 起的半小时", hour=hour)) for hour in HALF_HOURS),
    ),
    examples=({"months": "1", "letters": "vvvvvvvvppppffppffppppff"},),
    filled=tuple({"months": month} for month in range(1, 13)),
    rows=24,
)  # fmt: skip
RATIOS = Sheet(
    key="ratios",
    title=said("ratios", "比价"),
    help=said("Multiples of the floating part; flat is 1. Each class has one row for each month of the year.", "浮动部分的倍数，平段为 1。每类用户每个月恰有一行。"),
    columns=(
        Column(key="months", title=said("months", "月份"), kind="months", required=True, help=said("1,7,8,12 or all", "写 1,7,8,12 或 全年")),
        *SCOPE,
        *(Column(key=letter, title=name, kind="number", within=(0.0, 10.0), required=letter == "f", help=said("multiple of flat", "平段的倍数"),
                 also=LETTERS[letter]) for letter, name in BANDS.items()),
        Column(key="source", title=SOURCE.title, kind="code", help=said("empty: that of the rule", "空白表示与规则相同")),
    ),
    examples=({"months": "all", "s": 2.05, "p": 1.85, "f": 1, "v": 0.4, "d": 0.2},),
)  # fmt: skip
TRANSMISSION = Sheet(
    key="transmission",
    title=said("transmission", "输配电价"),
    help=said("Transmission and distribution prices incl. VAT; rows of one date are one table of one source.", "含税输配电价；同一日期的各行是同一来源的一张表。"),
    columns=(
        _FROM,
        Column(key="parts", title=said("parts", "电价制式"), kind="choice", choices=("one", "two"), required=True, help=said("one or two", "单一制或两部制")),
        Column(key="voltages", title=said("voltage", "电压等级"), kind="words", required=True, also=("电压",), help=said("one voltage", "一个电压等级")),
        Column(key="energy", title=said("energy price", "电度输配电价"), kind="number", unit=PRICE, help=said("one- and two-part", "单一制和两部制")),
        Column(key="demand", title=said("demand charge", "需量电价"), kind="number", unit=DEMAND, help=said("two-part only", "仅两部制")),
        Column(key="capacity", title=said("capacity charge", "容量电价"), kind="number", unit=CAPACITY, help=said("two-part only", "仅两部制")),
        SOURCE, NOTE,
    ),
    examples=(
        {"from": "2026-08-01", "parts": "one", "voltages": "1-10kV", "energy": 0.2114, "source": "notice"},
        {"from": "2026-08-01", "parts": "two", "voltages": "1-10kV", "energy": 0.125, "demand": 47.2, "capacity": 29.5, "source": "notice"},
    ),
)  # fmt: skip
FUNDS = Sheet(
    key="funds",
    title=said("funds", "基金与线损率"),
    help=said("Government funds and surcharges (yuan/kWh), and the loss rate (a fraction), by date.", "政府性基金及附加（元/千瓦时）和线损率（小数），按执行日期。"),
    columns=(
        Column(key="what", title=said("what", "项目"), kind="choice", choices=("funds", "loss_rate"), required=True, help=said("funds or loss_rate", "基金附加或线损率")),
        _FROM,
        Column(key="value", title=said("value", "数值"), kind="number", within=(0.0, 1.0), required=True, help=said("yuan/kWh; the loss rate as 0.03, not 3", "元/千瓦时；线损率写 0.03，不写 3")),
        SOURCE, NOTE,
    ),
    examples=({"what": "funds", "from": "2026-01-01", "value": 0.02923875, "source": "notice"},),
    rows=10,
)  # fmt: skip
OVERLAYS = Sheet(
    key="overlays",
    title=said("special days", "特殊日"),
    help=said("Hours that take another period on holidays, weekends or between dates.", "节假日、周末或某段日期内改按其他时段执行的小时。"),
    columns=(
        *NAMES,
        Column(key="holidays", title=said("holidays", "节假日"), kind="words", width=34.0, help=said(
            "spring_festival:all, labour_day:3 (its first three days); names as in calendar.holidays",
            "写 spring_festival:all, labour_day:3（前三天）；名称同 calendar.holidays",
        )),
        Column(key="weekends", title=said("weekends of months", "周末所在月份"), kind="months", help=said("1,2 or all", "写 1,2 或 全年")),
        Column(key="dates", title=said("dates", "日期区间"), kind="words", help=said("07-15..08-31, with commas", "写 07-15..08-31，以逗号分隔")),
        Column(key="hours", title=said("hours", "小时"), kind="words", required=True, help=said("10:00-14:00, with commas", "写 10:00-14:00，以逗号分隔")),
        Column(key="letter", title=said("period", "时段"), kind="band", required=True, help=said("the period that holds then", "届时执行的时段")),
        Column(key="least_days", title=said("least days off", "最少放假天数"), kind="number", within=(1.0, 31.0), help=said("only holidays of so many days off", "仅限放假不少于该天数的节日")),
        *SCOPE,
        Column(key="trigger", title=said("weather condition", "天气条件"), width=30.0, help=said("a condition that no calendar knows; recorded, not applied", "日历无法判断的条件；只记录，不参与计算")),
    ),
    examples=({"zh": "节假日深谷", "en": "holiday deep valley", "holidays": "spring_festival:all, labour_day:3", "hours": "10:00-14:00", "letter": "d"},),
    rows=12,
)  # fmt: skip
NOTES = Sheet(
    key="notes",
    title=said("notes and gaps", "说明与缺项"),
    help=said("What a reader of every result should know; with a word in the first column, what the evidence does not give.", "使用者应知的说明；首列有词时，表示依据没有给出的内容。"),
    columns=(Column(key="what", title=said("what is absent", "缺项"), kind="choice", choices=ABSENT, help=said("empty: a note", "空白表示说明")), *NAMES),
    examples=({"what": "one_part_prices", "zh": "没有单一制电价", "en": "no one-part price is known"},),
    rows=10,
)  # fmt: skip

SHEETS = (AREA, SOURCES, CLASSES, VOLTAGES, ZONES, PERIODS, RATIOS, TRANSMISSION, FUNDS, OVERLAYS, NOTES, MONTHS)
"""Every sheet of the template in its order; the form of the area comes first."""
RULE_SHEETS = ("classes", "voltages", "zones", "periods", "ratios", "transmission", "funds", "overlays", "notes")
"""Sheets that only a whole area fills."""
GUIDE = said("guide", "填写说明")
"""Name of the sheet that explains the others."""
