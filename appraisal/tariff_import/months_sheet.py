"""The sheet of months, which is also the CSV file: what was published for a month, and the printed prices as a check."""

from __future__ import annotations

from appraisal.errors import said
from appraisal.tariff_import.columns import BANDS, CAPACITY, DEMAND, NOTE, PRICE, SOURCE, Column, Sheet

COMPONENTS = {
    "purchased_energy": (said("purchased energy", "代理购电价格"), ("代理购电", "上网电价", "购电价格")),
    "loss": (said("loss", "线损"), ("上网环节线损费用", "线损费用", "上网环节线损")),
    "system_operation": (said("system operation", "系统运行费"), ("系统运行费用",)),
    "bundle": (said("published together", "合并公布"), ()),
    "other": (said("other, not floating", "其他不浮动部分"), ()),
    "floating": (said("floating", "浮动部分"), ()),
    "fixed": (said("fixed", "不浮动部分"), ()),
}
_COMPONENT_HELP = {
    "purchased_energy": said("agent-purchase price of the month's table", "当月代理购电价格表中的代理购电价格"),
    "loss": said("cost of losses between plant and grid", "上网环节线损费用折价"),
    "system_operation": said("system operation fee", "系统运行费用折价"),
    "bundle": said("purchase, loss and system operation where only their sum is known", "代理购电、线损与系统运行费只知其合计时填写"),
    "other": said("a remainder that no ratio multiplies", "不参与浮动的其余部分"),
    "floating": said("of one user's printed bands: what the ratio multiplies; never beside components", "由某类用户公布电价推出的浮动部分；不得与各组成部分同时填写"),
    "fixed": said("of one user's printed bands: what is added unmultiplied; with floating", "由某类用户公布电价推出的不浮动部分；与浮动部分同时填写"),
}  # fmt: skip
CHECKED_COMPONENTS = {
    "transmission": (said("printed transmission", "输配电价"), ("电度输配电价", "输配")),
    "funds": (said("printed funds", "政府性基金及附加"), ("基金", "基金及附加", "基金附加")),
}
PRINTED = {letter: f"printed_{letter}" for letter in BANDS}
_ALSO_BANDS = {
    "s": ("尖峰", "尖峰电价", "尖", "sharp"), "p": ("高峰", "高峰电价", "峰", "peak"), "f": ("平段", "平段电价", "平", "平时段", "flat"),
    "v": ("低谷", "低谷电价", "谷", "valley"), "d": ("深谷", "深谷电价", "deep"),
}  # fmt: skip
CHARGES = {
    "demand": (said("printed demand charge", "需量电价"), DEMAND, ("最大需量", "需量", "需量用电价格")),
    "capacity": (said("printed capacity charge", "容量电价"), CAPACITY, ("变压器容量", "容量", "容量用电价格")),
}
_CHECK = said("compared with what the library then gives; not stored", "与导入后事实库的结果比较，不另存")

MONTHS = Sheet(
    key="months",
    title=said("months", "月度电价"),
    help=said(
        "One row a month, or a row a user of a month. Components are stored; printed bands and charges check them.",
        "每月一行，或每月每类用户一行。各组成部分会存入文件；公布的分时电价和基本电费用来核对。",
    ),
    columns=(
        Column(key="area", title=said("area", "地区代码"), kind="code", also=("地区", "省份"), help=said(
            "id of the area, as in {name}; empty in a workbook: the area of its form", "地区代码，如 {name} 中点后的词；工作簿中空白表示“地区”表中的地区", name="retail.zhejiang"
        )),
        Column(key="month", title=said("month", "月份"), kind="month", required=True, help=said(
            "2026-09; also 2026年9月 or 202609", "写作 2026-09；也可写 2026年9月 或 202609"
        )),
        Column(key="applies", title=said("applies to", "适用范围"), kind="choice", choices=("all", "user"), help=said(
            "all: the components hold for every user of the area; user: only for the user of this row. Empty: all if no user is named, else that user",
            "全部：各组成部分适用于本地区所有用户；本行用户：只适用于本行的用户。空白：未写用户即为全部，否则为本行用户",
        )),
        Column(key="parts", title=said("parts", "电价制式"), kind="choice", choices=("one", "two"), also=("用电制式", "计费方式"), help=said(
            "one or two; needed to check printed prices", "单一制或两部制；核对公布电价时必填"
        )),
        Column(key="voltages", title=said("voltage", "电压等级"), kind="words", also=("voltages", "电压"), width=18.0, help=said(
            "key, title or other name of one voltage; several with commas if nothing printed stands in the row",
            "电压等级的代码、名称或别名；没有公布电价的行可写多个，以逗号分隔",
        )),
        Column(key="classes", title=said("class", "用户类别"), kind="words", also=("classes", "用电分类", "用电类别"), width=18.0, help=said(
            "key or title of the class; empty: the area's default for the parts", "用户类别的代码或名称；空白表示该制式的默认类别"
        )),
        Column(key="zones", title=said("zone", "价区"), kind="words", also=("zones",), help=said(
            "price zone, where the area has them", "分价区的地区填写价区"
        )),
        *(Column(key=key, title=title, kind="number", unit=PRICE, also=also, help=_COMPONENT_HELP[key])
          for key, (title, also) in COMPONENTS.items()),
        *(Column(key=key, title=title, kind="number", unit=PRICE, also=also, help=_CHECK)
          for key, (title, also) in CHECKED_COMPONENTS.items()),
        *(Column(key=PRINTED[letter], title=said("printed {en}", "公布{zh}价", en=name, zh=name.zh), kind="number", unit=PRICE,
                 also=_ALSO_BANDS[letter], help=_CHECK) for letter, name in BANDS.items()),
        *(Column(key=key, title=title, kind="number", unit=unit, also=also, help=_CHECK)
          for key, (title, unit, also) in CHARGES.items()),
        Column(key="reason", title=said("reason of a difference", "差异原因"), width=30.0, help=said(
            "why a printed figure differs from its components (a misprint, another rounding); kept as the row's note",
            "公布数字与组成不符的原因（如印刷错误、取整不同）；写入该行备注",
        )),
        SOURCE,
        Column(key="cite", title=said("citation", "来源名称"), width=40.0, also=("文件名称",), help=said(
            "document and number, of a source that is new to the area's file", "文件名称和文号；该来源在文件中尚不存在时填写"
        )),
        Column(key="address", title=said("address", "网址"), width=30.0, help=said(
            "where the document can be read", "文件的网址"
        )),
        Column(key="confidence", title=said("confidence", "可信度"), kind="choice", choices=("official", "secondary", "estimate"), help=said(
            "official only if you copied the issuing body's own text yourself; empty: secondary", "仅当亲自抄自发布机关原文时填官方；空白按二手处理"
        )),
        Column(key="checked", title=said("checked on", "核对日期"), kind="date", help=said(
            "the day on which you compared the figures with the document", "与文件核对的日期"
        )),
        Column(key="derived", title=said("derived", "推算方法"), width=30.0, help=said(
            "how a figure was worked out that no document prints", "文件未直接给出的数字是怎样推算的"
        )),
        NOTE,
        Column(key="id", title=said("evidence id", "依据编号"), kind="text", help=said(
            "identifier of the evidence, if you keep one", "依据的编号（如有）"
        )),
    ),
    examples=({
        "area": "zhejiang", "month": "2026-08", "applies": "all", "parts": "two", "voltages": "1-10kV", "purchased_energy": 0.41784,
        "loss": 0.009709, "system_operation": 0.048131, "transmission": 0.125, "printed_s": 1.129383, "printed_p": 1.034247,
        "printed_f": 0.629919, "printed_v": 0.344511, "demand": 47.2, "capacity": 29.5, "source": "notice_2026_08",
        "cite": "某电力公司关于2026年8月代理工商业用户购电价格的公告", "address": "https://example.org/2026-08", "confidence": "secondary",
        "checked": "2026-08-02",
    },),
    rows=60,
)  # fmt: skip
