"""Believable, invented values for the fields of forms: names, addresses, numbers, codes, days. Pure.

For 示范样本 and for trying things out; nothing here is anybody's. What a field asks for is read from its label. No rule
of any form: those are `catalog.form`'s, and `filling` obeys them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from yichuang.catalog.standard import Field, FieldType, Must
from yichuang.kernel.codes import division, project_code, resident_id, uscc


@dataclass(frozen=True, slots=True)
class Home:
    """The place of invented people: the city, its districts as (code, name), and the mark of an invented name."""

    city: str
    districts: tuple[tuple[str, str], ...]  # a name is empty where there is none to tell
    mark: str


ZHENGZHOU = Home("郑州市", tuple((district.code, district.name) for district in division.DISTRICTS), "（演示）")


class Inventor(Random):
    """A random generator with a home city."""

    def __init__(self, seed: str, home: Home) -> None:
        super().__init__(seed)
        self.home = home


def home_of(random: Random) -> Home:
    """The home of a random generator: the demo city unless it is an `Inventor`."""
    return random.home if isinstance(random, Inventor) else ZHENGZHOU


def _district(random: Random) -> tuple[str, str]:
    return random.choice(home_of(random).districts)


_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
_COMPOUND = ("欧阳", "上官", "司马", "诸葛", "尉迟", "皇甫")
_MALE = "伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林建国志文海东振山"
_FEMALE = "芳娜敏静丽艳娟霞燕玲婷雪萍红玉兰洁梅琳慧莹欣怡佳雨晴倩岚月秋桂英秀珍凤菊"
_YES_MOSTLY = re.compile("已阅读|清理完毕|公示|相独立|是否同意|防火分隔|符合|属申请人所有")
_LONG = (
    "按照公布的条件自查，场所、设备和人员均已到位，有关材料与现场一致。",
    "项目位于规划范围之内，不涉及生态保护红线，周边一百米内没有学校和医院。",
    "因业务扩大需要调整，其他登记事项不变；调整后的平面布局见附图。",
    "分两期实施，一期为主体部分，二期为配套设施；施工期间设置围挡和导行标志。",
    "拟采取封闭作业、洒水降尘和夜间停工等措施，并由专人负责联络周边单位。",
)
_LONG_KINDS = (
    ("原因", ("因业务扩大需要调整，其他登记事项不变。", "原经营场所租期届满，迁至新址继续经营。")),
    ("宗旨", ("遵守法律法规，服务社区居民，促进邻里互助。", "弘扬公益精神，为老年人和未成年人提供社会服务。")),
    ("业务范围", ("居家养老探访；社区助餐；志愿服务培训。", "社会工作服务；社区文化活动组织；公益项目评估。")),
    ("经营范围", ("软件开发；信息技术咨询服务；计算机及办公设备零售。", "餐饮管理；企业管理咨询；日用百货零售。")),
    ("特殊情况", ("燃气管道存在泄漏隐患，需要抢修更换，已经主管部门确认。",)),
    (
        "理由",
        (
            "受现状道路和管线限制，没有其他可行方案，已经专业机构论证。",
            "受连续降雨和交通管制影响，原定期限内不能完成。",
        ),
    ),
    ("节水措施", ("采用循环冷却和节水器具，水的重复利用率达到行业先进水平，安装远传计量设施。",)),
    ("规模|建设内容", ("新建生产用房两栋，建筑面积12600平方米，配套道路、绿化和管网。",)),
    ("补划", ("在本市范围内补划同等数量和质量的永久基本农田，地块已经实地踏勘。",)),
    ("拆迁", ("场地内建筑物已经全部拆除，补偿协议全部签订，场地具备施工条件。",)),
    ("条文", ("疏散距离超过规范规定两米，增设自动喷水和机械排烟，并缩短疏散时间，已经专家论证。",)),
)
_TRADES = [
    "餐饮管理",
    "建筑工程",
    "物业服务",
    "医药连锁",
    "文化传媒",
    "能源科技",
    "环境检测",
    "市政工程",
    "物流",
    "教育咨询",
]
_ROADS = ["示范路", "样板街", "榜样大道", "试行路", "模拟巷", "样例北路", "示例东街"]
_PLACES = ["西关新苑", "示例广场", "滨河样板园", "模拟产业园", "样例中心", "样例花园"]
_SHOPS = ["老味道面馆", "小满便利店", "三餐食堂", "朝阳书屋", "街角咖啡", "四季果蔬"]
_SCHOOLS = ["第一职业学院", "第二卫生学校", "新区培训学校", "北城师范学校"]
_GOODS = ["标准一型", "标准二型", "通用A100", "通用B20", "样例三型"]
_TREES = ["悬铃木", "女贞", "国槐", "雪松", "大叶黄杨"]
_INDUSTRIES = ["住宿和餐饮业", "建筑业", "批发和零售业", "卫生和社会工作", "制造业"]
_PLATE = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_TEXTS: tuple[tuple[str, Callable[[Random], str]], ...] = (
    ("车牌", lambda r: "豫A" + "".join(r.choices(_PLATE, k=5))),
    ("不动产单元号", lambda r: f"410102{r.randrange(10**6):06d}GB{r.randrange(10**5):05d}F{r.randrange(10**8):08d}"),
    ("CAS", lambda r: f"{r.randrange(50, 9999)}-{r.randrange(10, 99)}-{r.randrange(10)}"),
    ("网址|网站|网页", lambda r: f"https://shop{r.randrange(1000, 9999)}.example.cn"),
    ("平台", lambda r: r.choice(("示例外卖", "样例商城", "样板到家"))),
    ("账号", lambda r: f"6200{r.randrange(10**12):012d}"),
    ("银行", lambda r: f"样例银行{r.choice(_ROADS)}支行"),
    ("编号|文号|证号|号码|备案号|登记号|批复|证书|协议", lambda r: f"样例字第{r.randrange(1, 9999):04d}号"),
    ("目录条目", lambda r: f"目录第{r.randrange(1, 12)}项"),
    ("验收范围", lambda r: f"{r.randrange(1, 13)}号楼地上部分"),
    ("抵押权人", lambda r: f"样例银行{r.choice(_ROADS)}支行"),
    ("经营区域|范围", lambda r: f"{_district(r)[1] or home_of(r).city}全域"),
    ("措施", lambda r: r.choice(("隔油沉淀后排放", "双回路供电并备发电机", "活性炭吸附"))),
    ("污染物", lambda r: r.choice(("颗粒物、挥发性有机物", "化学需氧量、氨氮", "餐饮油烟"))),
    ("营业时间", lambda r: r.choice(("9:00—21:00", "8:30—22:00", "10:00—次日2:00"))),
    ("起点|止点|路口", lambda r: f"{r.choice(_ROADS)}口"),
    ("坐标", lambda r: f"东经113.{r.randrange(500, 800)}，北纬34.{r.randrange(650, 850)}"),
    ("地址|地点|所在地|坐落|位置|住所|住址|场地|场所", lambda r: invent_address(r)),
    ("管径|宽度", lambda r: f"DN{r.choice((100, 200, 300, 600))}"),
    ("道路", lambda r: r.choice(_ROADS)),
    ("路线", lambda r: f"经{r.choice(_ROADS)}、{r.choice(_ROADS)}至样例消纳场"),
    ("途经", lambda r: "、".join(r.sample(_ROADS, 2))),
    ("楼号|单体名称|单位工程名称", lambda r: f"{r.randrange(1, 13)}号楼"),
    ("楼层", lambda r: f"地上第{r.randrange(1, 6)}层"),
    ("树种", lambda r: r.choice(_TREES)),
    ("院校|学校|校名", lambda r: f"样例{r.choice(_SCHOOLS)}"),
    ("医院|执业机构|实习", lambda r: f"样例{r.choice(('第一', '第三', '康复'))}医院"),
    ("科室", lambda r: r.choice(("内科", "外科", "急诊科", "儿科", "手术室"))),
    ("行业|类别", lambda r: r.choice(_INDUSTRIES)),
    ("项目名称|工程名称", lambda r: f"{r.choice(_PLACES)}{r.choice(('一期', '二期', '改造', '配套'))}工程"),
    ("演出名称", lambda r: f"“{r.choice(('春之声', '中原风', '少年行'))}”样例音乐会"),
    ("招牌|店铺|网店", lambda r: f"{r.choice(_SHOPS)}{home_of(r).mark}"),
    ("产品|品名|设备|型号|机型|系统", lambda r: r.choice(_GOODS)),
    ("消纳场|场站", lambda r: f"{r.choice(_ROADS)}{r.choice(('一', '二', '三'))}号场站{home_of(r).mark}"),
    ("施工|参建", lambda r: invent_firm(r, "建筑工程")),
    ("运输单位", lambda r: invent_firm(r, "物流")),
    ("设计单位|编制|评估机构|评价机构", lambda r: invent_firm(r, "工程咨询")),
    ("人员|负责人|责任人|校长|姓名(?!或者)|代表人|联系人|经理", lambda r: invent_person(r)),
    ("单位|公司|机构|企业|名称|总部|产权|抵押权|来源", lambda r: invent_firm(r)),
)
_TEXT_KINDS = tuple((re.compile(words), make) for words, make in _TEXTS)
# unit → least and greatest of what is usual; values lie between them on a logarithmic scale
_USUAL = {
    "平方米": (60, 4000), "万元": (20, 6000), "人": (2, 60), "张": (10, 200), "个": (1, 80), "台": (1, 8),
    "层": (1, 18), "米": (1, 60), "%": (5, 45), "吨": (5, 900), "立方米": (20, 3000), "万立方米": (0.5, 60),
    "公顷": (0.5, 20), "套": (20, 600), "辆": (1, 30), "年": (1, 20), "名": (2, 40), "班": (3, 24),
    "株": (1, 30), "厘米": (5, 60), "吨标准煤": (200, 5000), "万千瓦时": (50, 900), "千克标准煤": (5, 200),
    "": (1, 12),
}  # fmt: skip
# what the label tells better than the unit: words, least and greatest
_USUAL_OF = (
    ("高度", 9, 80), ("距离|距最近", 200, 900), ("井深", 30, 200), ("观众|容纳|消费者", 120, 900),
    ("场所建筑面积|经营场所面积", 60, 900), ("用地面积|宗地面积|拟用地", 4000, 60000),
    ("总建筑面积|建设规模|竣工建筑面积|验收面积|地上总建筑", 3000, 60000), ("合同价|总投资|建设总投资", 900, 60000),
    ("资金|注册资本", 20, 600),
)  # fmt: skip
_AHEAD = re.compile("拟|计划|开始|起始|终止|合同|至$|届满|期限|截止|交付|进场|开业|承诺|可进场|演出日期|结束")


def invent_name(random: Random, woman: bool) -> str:
    surname = random.choice(_COMPOUND) if random.random() < 0.02 else random.choice(_SURNAMES)
    characters = _FEMALE if woman else _MALE
    return surname + "".join(random.sample(characters, 1 if random.random() < 0.2 else 2))


def invent_person(random: Random) -> str:
    return invent_name(random, random.random() < 0.45)


def invent_firm(random: Random, trade: str = "") -> str:
    first, second = random.choice("中华诚鼎恒嘉瑞祥和盛"), random.choice("达通源泰顺合远安民康")
    home = home_of(random)
    return f"{home.city.removesuffix('市')}{first}{second}{trade or random.choice(_TRADES)}有限公司{home.mark}"


def invent_address(random: Random) -> str:
    place = _district(random)[1]
    return (
        f"{home_of(random).city}{place}{random.choice(_ROADS)}{random.randrange(1, 300)}号{random.randrange(1, 12)}号楼"
    )


def invent_identity(random: Random) -> str:
    """An identity number with a sequence that nobody on that birthday has (GB 11643 keeps 996–999)."""
    born = date(1960, 1, 1) + timedelta(days=random.randrange(365 * 40))
    return resident_id.build(_district(random)[0], born, random.randrange(996, 1000))


def invent_value(field: Field, random: Random, day: date) -> Any:
    """An invented value for the field, as an applicant would write it on `day`."""
    match field.type:
        case FieldType.CHOICE:
            return field.choices[min(int(random.expovariate(0.9)), len(field.choices) - 1)]
        case FieldType.CHOICES:
            size = min(len(field.choices), 1 + int(random.expovariate(1.2)))
            return [c for c in field.choices if c in random.sample(field.choices, size)] or [field.choices[0]]
        case FieldType.YES_NO:
            return random.random() < (0.97 if _YES_MOSTLY.search(field.label) else 0.12)
        case FieldType.INTEGER | FieldType.DECIMAL:
            return _number(field, random)
        case FieldType.DATE:
            return _day(field, random, day)
        case FieldType.USCC:
            return uscc.build("9", "1", _district(random)[0], f"DEM1{random.randrange(10**4):04d}")
        case FieldType.RESIDENT_ID:
            return invent_identity(random)
        case FieldType.PHONE:
            return f"1390000{random.randrange(10**4):04d}"
        case FieldType.PROJECT_CODE:
            return project_code.build(
                f"{day:%y%m}", f"{_district(random)[0][:4]}00", "47", "03", random.randrange(1, 99999)
            )
        case FieldType.LONG_TEXT:
            return _fitted(_long_text(field, random), field)
    return _fitted(_text(field, random), field)


def _long_text(field: Field, random: Random) -> str:
    return random.choice(next((sentences for words, sentences in _LONG_KINDS if re.search(words, field.label)), _LONG))


def _text(field: Field, random: Random) -> str:
    for words, make in _TEXT_KINDS:
        if words.search(field.label):
            return make(random)
    return f"{field.label}按标准配备"


def _fitted(text: str, field: Field) -> str:
    """The text cut or lengthened to the field's limits."""
    text = text[: int(field.max)] if field.max is not None else text
    return text.ljust(int(field.min or 0), "示")


def _number(field: Field, random: Random) -> int | float:
    range_of_label = next(
        ((low, high) for words, low, high in _USUAL_OF if field.unit and re.search(words, field.label)), None
    )
    usual = range_of_label or _USUAL.get(field.unit, _USUAL[""])
    low = max(usual[0], field.min or 0)
    high = max(low, min(usual[1] * max(1, low / usual[0]), field.max if field.max is not None else 1e9))
    number = low * (high / low) ** random.random() if low else random.uniform(low, high)
    if field.type is FieldType.INTEGER:
        return max(int(number), int(field.min or 0))
    return max(round(number, 1 if number >= 10 else 2), float(field.min or 0))


def _day(field: Field, random: Random, day: date) -> str:
    ahead = field.must is Must.AHEAD or (field.must is None and _AHEAD.search(field.label) is not None)
    far = random.randrange(400, 1400) if re.search("有效期|至$|期限", field.label) else random.randrange(8, 120)
    return (day + timedelta(days=far) if ahead else day - timedelta(days=far)).isoformat()
