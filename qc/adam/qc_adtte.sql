/******************************************************************************
 Program      : qc/adam/qc_adtte.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : ADTTE, Time-to-Event Analysis Dataset
 Purpose      : Independent second program of ADTTE. Written from the text of
                specs/adam.xlsx (Variables, Methods, Codelists, Parameters); the
                production code was not read.
 Inputs       : qc.adsl, qc.adae (production ADSL and ADAE are not read),
                spec.codelists, spec.parameters
 Outputs      : qc.adtte, one row per subject of the safety population and
                parameter, sorted by STUDYID, USUBJID, PARAMCD
 Author       : QC programmer
 History      : 1.0  First version
******************************************************************************/
create or replace table qc.adtte as
with
cutoff as (
    select cast(cast(max(value) as date) - date '1960-01-01' as double) as day
    from spec.parameters where workbook like 'adam%' and name = 'DATA_CUTOFF'
),
subjects as (
    select *, EOTSTT in ('COMPLETED', 'DISCONTINUED') and DCTREAS <> 'DEATH' as isa_stopped
    from qc.adsl where SAFFL = 'Y'
),

-- The first event of each kind: treatment-emergent, an unknown start before every other, then by AESEQ.
events as (
    select USUBJID, 'TTGR3' as PARAMCD, AESEQ, ASTDT from qc.adae where TRTEMFL = 'Y' and ATOXGRN >= 3
    union all
    select USUBJID, 'TTSER', AESEQ, ASTDT from qc.adae where TRTEMFL = 'Y' and AESER = 'Y'
    union all
    select USUBJID, 'TTWDISA', AESEQ, ASTDT from qc.adae where TRTEMFL = 'Y' and WDISAFL = 'Y'
),
first_events as (
    select * from events
    qualify row_number() over (partition by USUBJID, PARAMCD order by ASTDT nulls first, AESEQ) = 1
),

-- What ended each time: the event, a competing event, or the end of observation.
outcomes as (
    select s.*, p.PARAMCD, e.AESEQ as SRCSEQ, e.ASTDT as onset,
           case when p.PARAMCD in ('TTGR3', 'TTSER') then s.TRTSDT else s.ISASDT end as STARTDT,
           case when e.AESEQ is not null                                          then 0
                when p.PARAMCD = 'TTISADC' and s.isa_stopped                      then 0
                when p.PARAMCD = 'TTWDISA' and s.isa_stopped                      then 3
                when p.PARAMCD = 'TTISADC' and s.DTHFL = 'Y'                      then 2
                when p.PARAMCD <> 'TTISADC' and s.DTHDT <= s.RISKEDT              then 2
                else 1 end as CNSR
    from subjects as s
    cross join (values ('TTGR3'), ('TTSER'), ('TTWDISA'), ('TTISADC')) as p(PARAMCD)
    left join first_events as e on e.USUBJID = s.USUBJID and e.PARAMCD = p.PARAMCD
),
dated as (
    select outcomes.*,
           case when SRCSEQ is not null then least(greatest(coalesce(onset, STARTDT), STARTDT), RISKEDT)
                when CNSR in (0, 3)     then ISAEDT
                when CNSR = 2           then coalesce(DTHDT, RISKEDT)
                when PARAMCD = 'TTISADC' then least(EOSDT, cutoff.day)
                else RISKEDT end as ADT
    from outcomes, cutoff
),
labels as (
    select distinct term, decode from spec.codelists where workbook like 'adam%' and id = 'PARMADTT'
)
select STUDYID, USUBJID, SUBJID, SITEID, SAFFL, TRT01A as TRTA, TRT01AN as TRTAN, TRTSDT, TRTEDT,
       labels.decode as PARAM,
       PARAMCD,
       ADT - STARTDT + 1 as AVAL,
       STARTDT, ADT,
       cast(CNSR as double) as CNSR,
       case CNSR when 1 then 'NO EVENT'
                 when 2 then 'DEATH'
                 when 3 then 'ISATUXIMAB STOPPED FOR ANOTHER REASON'
                 else case PARAMCD when 'TTGR3'   then 'FIRST TEAE OF GRADE >=3'
                                   when 'TTSER'   then 'FIRST SERIOUS TEAE'
                                   when 'TTWDISA' then 'TEAE WITH ISATUXIMAB WITHDRAWN'
                                   else                'ISATUXIMAB STOPPED' end end as EVNTDESC,
       case when CNSR <> 1            then ''
            when PARAMCD <> 'TTISADC' then 'END OF TIME AT RISK'
            when ADT = EOSDT          then 'END OF STUDY'
            else                           'DATA CUT-OFF' end as CNSDTDSC,
       case when SRCSEQ is not null then 'ADAE'
            when CNSR = 1 and PARAMCD = 'TTISADC' and ADT is distinct from EOSDT then ''
            else 'ADSL' end as SRCDOM,
       case when SRCSEQ is not null   then 'ASTDT'
            when CNSR in (0, 3)       then 'ISAEDT'
            when CNSR = 2             then case when DTHDT is null then 'RISKEDT' else 'DTHDT' end
            when PARAMCD <> 'TTISADC' then 'RISKEDT'
            when ADT = EOSDT          then 'EOSDT'
            else                           '' end as SRCVAR,
       SRCSEQ
from dated
left join labels on labels.term = dated.PARAMCD
order by STUDYID, USUBJID, PARAMCD;
