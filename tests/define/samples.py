"""Small specs and data for the tests of define.xml: an SDTM workbook, an ADaM workbook, and the displays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pandas as pd
from lxml import etree

from spec.small_specs import Sheets, workbook
from studyspec.define.write import write_define
from studyspec.spec.load import spec_from
from studyspec.spec.model import Spec
from studyspec.transport.xpt_read import XptMember, XptVariable

CREATED = datetime(2022, 3, 15, 10, 0)
NAMES = {
    "o": "http://www.cdisc.org/ns/odm/v1.3",
    "def": "http://www.cdisc.org/ns/def/v2.1",
    "arm": "http://www.cdisc.org/ns/arm/v1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}

_VARIABLES = """Order|Dataset|Variable|Label|Data Type|Length|Significant Digits|Format|Mandatory|Codelist|Origin|\
Source|Pages|Method|Predecessor|Role|Has No Data|Comment|Supplemental|Assigned Value"""


def table(text: str) -> list[list[str]]:
    """Lines of cells between bars, all as long as the first."""
    lines = [line.strip().split("|") for line in text.strip().splitlines()]
    return [line + [""] * (len(lines[0]) - len(line)) for line in lines]


SDTM: Sheets = {
    "Define": table("""
    Attribute|Value
    StudyName|TEST01
    StudyDescription|A study of nothing
    ProtocolName|TEST-01
    StandardName|SDTM-IG
    StandardVersion|3.4
    Language|en"""),
    "Datasets": table("""
    Dataset|Label|Class|SubClass|Structure|Key Variables|Standard|Has No Data|Repeating|Reference Data|Comment
    DM|Demographics|SPECIAL PURPOSE||One record per subject|STUDYID, USUBJID|SDTM-IG 3.4||No|No|
    VS|Vital Signs|FINDINGS||One record per result|STUDYID, USUBJID, VSTESTCD, VSDTC|SDTM-IG 3.4||Yes|No|COM.VS"""),
    "Variables": table(f"""
    {_VARIABLES}
    1|DM|STUDYID|Study Identifier|text|12|||Yes||Protocol|Sponsor||||Identifier
    2|DM|DOMAIN|Domain Abbreviation|text|2|||Yes||Assigned|Sponsor||||Identifier
    3|DM|USUBJID|Unique Subject Identifier|text|20|||Yes||Derived|Sponsor||MT.USUBJID||Identifier
    4|DM|SUBJID|Subject Identifier for the Study|text|10|||Yes||Collected|Investigator|3|||Topic
    5|DM|RFSTDTC|Subject Reference Start Date/Time|partialDate|10|||No||Collected|Investigator|4 5|||Record Qualifier
    6|DM|SEX|Sex|text|1|||Yes|SEX|Collected|Investigator|6-7|||Record Qualifier
    7|DM|ARMCD|Planned Arm Code|text|20|||No||Not Available|||||Record Qualifier|Yes|COM.ARM
    8|DM|OLDID|Former Subject Identifier|text|10|||No||Collected|Investigator||||Record Qualifier|||Yes
    9|DM|NOTE|Note on the Subject|text|40|||No||Collected|Investigator||||Record Qualifier|||Yes
    1|VS|STUDYID|Study Identifier|text|12|||Yes||Protocol|Sponsor||||Identifier
    2|VS|DOMAIN|Domain Abbreviation|text|2|||Yes||Assigned|Sponsor||||Identifier
    3|VS|USUBJID|Unique Subject Identifier|text|20|||Yes||Derived|Sponsor||MT.USUBJID||Identifier
    4|VS|VSSEQ|Sequence Number|integer|8|||Yes||Derived|Sponsor||MT.VSSEQ||Identifier
    5|VS|VSTESTCD|Vital Signs Test Short Name|text|8|||Yes|VSTESTCD|Assigned|Sponsor||||Topic
    6|VS|VSORRES|Result or Finding in Original Units|text|20|||No||Collected|Investigator||||Result Qualifier
    7|VS|VSSTRESN|Numeric Result/Finding in Standard Units|float|8|1||No|||||||Result Qualifier
    8|VS|VSDTC|Date/Time of Measurements|date|10|||No||Collected|Investigator||||Timing
    9|VS|VSCODE|Code of the Device|text|20|||No|DEVICES|Collected|Vendor||||Record Qualifier|||Yes
    10|VS|VSROOM|Room|integer|8|||No||Derived|Sponsor||ROOM||Record Qualifier|||Yes"""),
    "ValueLevel": table("""
    Order|Dataset|Variable|Where Clause|Label|Data Type|Length|Significant Digits|Mandatory|Origin|Source|Method|Comment
    1|VS|VSSTRESN|VSTESTCD EQ HEIGHT|Height (cm)|float|8|1|No|Derived|Sponsor|MT.CM|
    2|VS|VSSTRESN|VSTESTCD IN (WEIGHT, TEMP)|Weight or temperature|float|8|1|No|Collected|Investigator||COM.VS
    1|VS|VSORRES|VSTESTCD EQ HEIGHT|Height as collected|float|8|2|No|Collected|Investigator||"""),
    "Codelists": table("""
    ID|Name|NCI Codelist Code|Data Type|Terminology|Comment|Order|Term|NCI Term Code|Decoded Value|Synonyms|Extended
    SEX|Sex|C66731|text|SDTM CT 2025-03-28||1|F|C16576|Female|2|
    SEX|Sex|C66731|text|SDTM CT 2025-03-28||2|M|C20197|Male|1|
    VSTESTCD|Vital Signs Test Code|C66741|text|SDTM CT 2025-03-28||1|HEIGHT|C25347||
    VSTESTCD|Vital Signs Test Code|C66741|text|SDTM CT 2025-03-28||2|WEIGHT|C25208||
    VSTESTCD|Vital Signs Test Code|C66741|text|SDTM CT 2025-03-28||3|TEMP|C174446||
    VSTESTCD|Vital Signs Test Code|C66741|text|SDTM CT 2025-03-28||4|MOOD||||Yes
    SPARE|List of a derivation||text|||1|X|||"""),
    "Dictionaries": table("""
    ID|Name|Data Type|Dictionary|Version
    DEVICES|Codes of devices|text|UNII|2021"""),
    "Methods": table("""
    ID|Name|Type|Description|Expression Context|Expression Code|Document|Pages
    MT.USUBJID|Subject|Computation|Study and subject, joined by "-".||||
    MT.VSSEQ|Number|Computation|1, 2, ... within subject.|studyspec|sequence(order=[VSTESTCD, VSDTC])|DOC.GUIDE|intro
    MT.CM|Height in cm|Computation|As collected, or times 2.54 where in inches.||||
    ROOM|Room|Computation|The number at the end of the text.||||
    MT.SPARE|Not in use|Computation|Nothing.||||"""),
    "Comments": table("""
    ID|Description|Document|Pages
    COM.VS|One record per result; see the guide.|DOC.GUIDE|12
    COM.ARM|Nobody is assigned to an arm.||
    COM.SPARE|Not in use.||"""),
    "Documents": table("""
    ID|Title|Href
    DOC.CRF|Annotated Case Report Form|acrf.pdf
    DOC.GUIDE|Reviewer's Guide|csdrg.pdf"""),
}

ADAM: Sheets = {
    "Define": table("""
    Attribute|Value
    StudyName|TEST01
    StandardName|ADaM-IG
    StandardVersion|1.3"""),
    "Datasets": table("""
    Dataset|Label|Class|SubClass|Structure|Key Variables|Standard|Has No Data|Repeating|Reference Data|Comment
    ADSL|Subjects|SUBJECT LEVEL ANALYSIS DATASET||One record per subject|STUDYID, USUBJID|ADaM-IG 1.3||No|No|
    ADAE|Events|OCCURRENCE DATA STRUCTURE|ADVERSE EVENT|One record an event|USUBJID, AESEQ|ADaM-OCCDSIG 1.1||Yes|No"""),
    "Variables": table(f"""
    {_VARIABLES}
    1|ADSL|STUDYID|Study Identifier|text|12|||Yes||Predecessor||||DM.STUDYID
    2|ADSL|USUBJID|Unique Subject Identifier|text|20|||Yes||Predecessor||||DM.USUBJID
    3|ADSL|SAFFL|Safety Population Flag|text|1|||Yes|NY|Derived|Sponsor||MT.SAFFL
    4|ADSL|TRTSDT|Date of First Exposure|integer|8||DATE9.|No||Derived|Sponsor||MT.TRTSDT
    1|ADAE|USUBJID|Unique Subject Identifier|text|20|||Yes||Predecessor||||AE.USUBJID
    2|ADAE|AESEQ|Sequence Number|integer|8|||Yes||Predecessor||||AE.AESEQ
    3|ADAE|TRTEMFL|Treatment Emergent Flag|text|1|||No|NY|Derived|Sponsor||MT.TRTEMFL
    4|ADAE|AESER|Serious Event|text|1|||No|NY|Predecessor||||AE.AESER"""),
    "Codelists": table("""
    ID|Name|NCI Codelist Code|Data Type|Terminology|Comment|Order|Term|NCI Term Code|Decoded Value
    NY|No Yes Response|C66742|text|SDTM CT 2025-03-28||1|N|C49487|No
    NY|No Yes Response|C66742|text|SDTM CT 2025-03-28||2|Y|C49488|Yes"""),
    "Methods": table("""
    ID|Name|Type|Description|Expression Context|Expression Code
    MT.SAFFL|Safety flag|Computation|Y when treated.||
    MT.TRTSDT|First dose|Computation|Date of the first dose.||
    MT.TRTEMFL|Treatment emergent|Computation|Y when it starts on or after the first dose.||"""),
    "Comments": table("""
    ID|Description
    COM.JOIN|N is counted from ADSL."""),
    "Documents": table("""
    ID|Title|Href
    DOC.T1|Table 1|t-1.pdf
    DOC.SAP|Analysis plan|sap.pdf"""),
    "Analysis Displays": table("""
    ID|Title|Document|Pages
    T-1|Serious events|DOC.T1|1"""),
    "Analysis Results": table("""
    Display|ID|Description|Variables|Reason|Purpose|Selection Criteria|Join Comment|Documentation|\
Documentation Refs|Programming Context|Programming Code|Rows
    T-1|T-1.R1|Subjects with serious events|ADAE.AESER|SPECIFIED IN SAP|PRIMARY OUTCOME MEASURE|\
ADSL.SAFFL EQ Y and ADAE.TRTEMFL EQ Y and ADAE.AESER EQ Y|COM.JOIN|Once per subject.|\
DOC.SAP (12 13)|SAS|proc freq;"""),
}


def load(sheets: Sheets = SDTM) -> Spec:
    """The sheets as a spec; nothing in the workbook itself is wrong."""
    spec, findings = spec_from(workbook(sheets))
    assert spec is not None
    assert [str(item) for item in findings if item.severity == "error"] == []
    return spec


def written(spec: Spec) -> bytes:
    """Its define.xml."""
    return write_define(spec, created=CREATED)


def parsed(content: bytes) -> etree._Element:
    """Its root."""
    return etree.fromstring(content)


def find(root: etree._Element, path: str) -> list[etree._Element]:
    """Elements (or attributes) of an XPath; ODM has the prefix o."""
    return root.xpath(path, namespaces=NAMES)


def with_change(content: bytes, path: str, change: Callable[[etree._Element], None]) -> bytes:
    """The file with the first element of a path changed."""
    root = parsed(content)
    change(find(root, path)[0])
    return etree.tostring(root)


def member(name: str, widths: dict[str, int], **columns: list[object]) -> XptMember:
    """A data set as read from a transport file; text columns have the widths given."""
    frame = pd.DataFrame(
        {key: pd.Series(values, dtype="str" if key in widths else "float64") for key, values in columns.items()}
    )
    variables = tuple(
        XptVariable(key, "char" if key in widths else "num", widths.get(key, 8), "", "", "", 0) for key in columns
    )
    return XptMember(name, "", "", CREATED, CREATED, variables, frame, {})
