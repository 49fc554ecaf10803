"""Who sent what: `S7.`; unknown files and missing units are the office's business."""

from __future__ import annotations

from consolidate.codes.entry import Code

CODES = (
    Code(
        "S7.unknown",
        "error",
        "不知是哪个单位的文件",
        "{reason}{suggestion}",
        "请确认是哪个单位报送的：在单位名单中补上名称或别名，或请该单位改正封面后重发",
        "office",
        "封面的填报单位、单位代码和文件名对不上单位名单，或者互相矛盾：不自动对应，也不计入",
    ),
    Code(
        "S7.missing",
        "error",
        "未报",
        "{unit}尚未报送",
        "请催报；已经发送的，请对方告知文件名和时间",
        "office",
    ),
    Code(
        "S7.twice",
        "error",
        "一个单位两份数据",
        "收到{unit}的{count}份报表（{files}），数据不同，又分不出先后，均未计入",
        "请确认以哪一份为准，在封面写明填报日期后只报那一份",
    ),
    Code(
        "S7.delegate",
        "error",
        "代报又自报",
        "单位名单写明{unit}由{delegate}代报，又收到该单位自己的报表，未计入",
        "请确认以哪一份为准，避免重复计算；自己报送的，请从单位名单中删去代报单位",
        "office",
    ),
    Code(
        "S7.unreadable",
        "error",
        "后来的文件打不开",
        "{unit}后来发来的{file}打不开，仍按先前能读出的一份处理：{reason}",
        "请与该单位联系，问清是否要用后来的一份",
        "office",
    ),
)
