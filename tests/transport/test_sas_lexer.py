from __future__ import annotations

import pytest

from transport.sas_lexer import SasSyntaxError, check, statements

GOOD = "/* it's fine */ %let x = 1;\ndata work.a;\n  y = 'it''s; &z'; z = \"&x\";\nrun;\n"

BAD = {
    "quote": "%let x = 'abc;\n",
    "double quote": 'data a; x = "abc; run;\n',
    "comment": "data a; run; /* no end\n",
    "literal over lines": "data a; x = 'a\nb'; run;\n",
    "semicolon": "data a; run",
    "run": "data a; x = 1;\ndata b; run;\n",
    "last run": "proc sort data=a; by b;\n",
    "quit": "proc sql; select 1; run;\n",
    "run without a step": "run;\n",
    "macro variable": "%put &x;\n",
    "macro variable in a path": 'libname a "&x/b";\n',
    "macro variable in its own definition": "%let x = &x;\n",
    "macro": "%foo;\n",
    "mend": "%macro a; %put 1;\n",
    "end": "%macro a; %do i = 1 %to 2; %mend a;\n",
    "parentheses": "data a (label='x'; run;\n",
    "long line": "%put " + "x" * 200 + ";\n",
    "not ASCII": "%put µ;\n",
    "tab": "%put\tx;\n",
}


def test_a_good_program_passes() -> None:
    check(GOOD)


@pytest.mark.parametrize("fault", BAD)
def test_each_fault_is_found(fault: str) -> None:
    with pytest.raises(SasSyntaxError):
        check(BAD[fault])


def test_literals_stand_for_their_text() -> None:
    assert statements(GOOD)[2][2].value == "it's; &z"
