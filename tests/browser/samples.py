"""A form and a flow with one of everything, for the pages that exist only to be tested."""

from __future__ import annotations

from yichuang.catalog.standard import Check, Field, FieldType, Form, Section, When

T = FieldType
STANDARD_FORM = Form(
    sections=(
        Section(
            "basic",
            "经营者",
            (
                Field("name", "名称", T.TEXT, hint="与营业执照一致", max=60),
                Field("uscc", "统一社会信用代码", T.USCC, hint="18 位，见营业执照"),
                Field("phone", "联系电话", T.PHONE),
                Field("area", "经营面积", T.DECIMAL, unit="平方米", min=1),
                Field("opened", "拟开业日期", T.DATE),
                Field("trade", "业态", T.CHOICE, choices=("餐饮服务", "食品销售", "单位食堂")),
                Field("street", "街道", T.CHOICE, choices=tuple(f"第{n}街道" for n in "一二三四五六七八")),
                Field("days", "营业日", T.CHOICES, choices=("工作日", "周末"), required=False),
                Field("note", "说明", T.LONG_TEXT, required=False, max=100),
                Field("food", "是否现场制售", T.YES_NO),
            ),
        ),
        Section(
            "kitchen",
            "后厨",
            (
                Field("cold", "是否制作冷食", T.YES_NO),
                Field("cold_area", "专间面积", T.DECIMAL, unit="平方米", when=When("cold", ("yes",))),
            ),
            when=When("food", ("yes",)),
        ),
        Section(
            "staff",
            "从业人员",
            (
                Field("person", "姓名", T.TEXT, max=30),
                Field("id", "身份证号", T.RESIDENT_ID),
                Field("trained", "是否培训合格", T.YES_NO),
                Field("trained_on", "培训日期", T.DATE, when=When("trained", ("yes",))),
            ),
            repeat=(1, 3),
        ),
    ),
    checks=(Check("differ", ("staff.id",), "身份证号不能重复。"),),
)

FLOW = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions targetNamespace="urn:test"
  xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI">
<bpmn:process id="P" isExecutable="false">
<bpmn:startEvent id="A" name="受理"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
<bpmn:userTask id="S1" name="审查">
  <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
<bpmn:userTask id="S2" name="现场核查"><bpmn:incoming>f2</bpmn:incoming></bpmn:userTask>
<bpmn:sequenceFlow id="f1" sourceRef="A" targetRef="S1"/>
<bpmn:sequenceFlow id="f2" sourceRef="S1" targetRef="S2"/>
</bpmn:process>
<bpmndi:BPMNDiagram id="D"><bpmndi:BPMNPlane id="L" bpmnElement="P">
<bpmndi:BPMNShape id="sA" bpmnElement="A">
  <dc:Bounds x="100" y="102" width="36" height="36"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="s1" bpmnElement="S1">
  <dc:Bounds x="200" y="80" width="100" height="80"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="s2" bpmnElement="S2">
  <dc:Bounds x="360" y="80" width="100" height="80"/></bpmndi:BPMNShape>
<bpmndi:BPMNEdge id="e1" bpmnElement="f1">
  <di:waypoint x="136" y="120"/><di:waypoint x="200" y="120"/></bpmndi:BPMNEdge>
<bpmndi:BPMNEdge id="e2" bpmnElement="f2">
  <di:waypoint x="300" y="120"/><di:waypoint x="360" y="120"/></bpmndi:BPMNEdge>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"""
