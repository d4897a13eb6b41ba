/******************************************************************************
 Program      : qc/adam/qc_adae.sql
 Study        : IONASYN01 (synthetic registry)
 Output       : ADAE, Adverse Event Analysis Dataset
 Purpose      : Independent second program of ADAE. Written from the text of
                specs/adam.xlsx (Variables, Methods, Codelists, Parameters) and
                from docs/decisions-adam.md; the production code was not read.
 Inputs       : sdtm.ae, sdtm.suppae, sdtm.dm, sdtm.ex, spec.codelists,
                spec.parameters, qc.adsl (made by qc/adam/qc_adsl.sql, which
                runs first; production ADSL is not read)
 Outputs      : qc.adae, one row per record of AE, sorted by STUDYID, USUBJID,
                AESEQ
 Author       : QC programmer
 History      : 1.0  First version
                1.1  Flags and texts that the listings and further displays need
******************************************************************************/

-- A date of the study is the number of days since 01JAN1960. Text without a complete date gives no date.
create or replace temp macro sas_date(iso) as
    case when length(iso) >= 10
         then cast(cast(left(iso, 10) as date) - date '1960-01-01' as double) end;

-- First and last day of what is known: of a year (4 characters), a month (7), or the day itself.
create or replace temp macro first_day(iso) as
    sas_date(case length(iso) when 4 then iso || '-01-01' when 7 then iso || '-01' else iso end);

create or replace temp macro last_day_of(iso) as
    case length(iso)
         when 4 then sas_date(iso || '-12-31')
         when 7 then cast(last_day(cast(iso || '-01' as date)) - date '1960-01-01' as double)
         else sas_date(iso) end;

create or replace temp macro flag(condition) as case when condition then 'Y' else '' end;

create or replace table qc.adae as
with
parameters as (
    select max(case when name = 'TEAE_WINDOW' then cast(value as double) end) as teae_window,
           max(case when name = 'DATA_CUTOFF' then sas_date(value) end)       as cutoff
    from spec.parameters
    where workbook like 'adam%'
),

-- Supplemental qualifiers, one column each.
suppae as (
    select USUBJID, cast(IDVARVAL as double) as AESEQ,
           max(case when QNAM = 'AEITOXGR' then QVAL end) as AEITOXGR,
           max(case when QNAM = 'AERELISA' then QVAL end) as AERELISA,
           max(case when QNAM = 'AERELPOM' then QVAL end) as AERELPOM,
           max(case when QNAM = 'AERELCAR' then QVAL end) as AERELCAR,
           max(case when QNAM = 'AERELDEX' then QVAL end) as AERELDEX,
           max(case when QNAM = 'AEACNISA' then QVAL end) as AEACNISA,
           max(case when QNAM = 'AEACNPOM' then QVAL end) as AEACNPOM,
           max(case when QNAM = 'AEACNCAR' then QVAL end) as AEACNCAR,
           max(case when QNAM = 'AEACNDEX' then QVAL end) as AEACNDEX,
           max(case when QNAM = 'AEINFNO'  then cast(QVAL as double) end) as AEINFNO
    from sdtm.suppae
    where IDVAR = 'AESEQ'
    group by all
),

-- Every event with the supplemental qualifiers as columns and what is needed of the subject.
events as (
    select ae.*,
           coalesce(suppae.AEITOXGR, '') as AEITOXGR,
           coalesce(suppae.AERELISA, '') as AERELISA,
           coalesce(suppae.AERELPOM, '') as AERELPOM,
           coalesce(suppae.AERELCAR, '') as AERELCAR,
           coalesce(suppae.AERELDEX, '') as AERELDEX,
           coalesce(suppae.AEACNISA, '') as AEACNISA,
           coalesce(suppae.AEACNPOM, '') as AEACNPOM,
           coalesce(suppae.AEACNCAR, '') as AEACNCAR,
           coalesce(suppae.AEACNDEX, '') as AEACNDEX,
           suppae.AEINFNO,
           cast(nullif(ae.AETOXGR, '') as double)       as ATOXGRN,
           cast(nullif(suppae.AEITOXGR, '') as double)  as AEITOXGN,
           sas_date(dm.DTHDTC) as death,
           adsl.TRTSDT, adsl.TRTEDT
    from sdtm.ae as ae
    join sdtm.dm as dm   on dm.USUBJID = ae.USUBJID
    join qc.adsl as adsl on adsl.USUBJID = ae.USUBJID
    left join suppae     on suppae.USUBJID = ae.USUBJID and suppae.AESEQ = ae.AESEQ
),

-- Dates. An unknown day (and month) of the start is the first of the month (year), or the first dose when that
-- lies in it. Of the end it is the last of the month (year), but not after a completely known death nor the
-- cut-off; a death or cut-off before that month (year) contradicts the date and is not used.
dates as (
    select events.USUBJID, events.AESEQ,
           case when length(AESTDTC) in (4, 7)
                 and TRTSDT between first_day(AESTDTC) and last_day_of(AESTDTC) then TRTSDT
                else first_day(AESTDTC) end as ASTDT,
           case length(AESTDTC) when 4 then 'M' when 7 then 'D' else '' end as ASTDTF,
           case when length(AEENDTC) in (4, 7)
                then least(last_day_of(AEENDTC),
                           case when death  >= first_day(AEENDTC) then death end,
                           case when cutoff >= first_day(AEENDTC) then cutoff end)
                else sas_date(AEENDTC) end as AENDT,
           case length(AEENDTC) when 4 then 'M' when 7 then 'D' else '' end as AENDTF
    from events, parameters
),

-- Treatment-emergent: the first rule that applies.
emergent as (
    select events.*, dates.ASTDT, dates.ASTDTF, dates.AENDT, dates.AENDTF,
           case when TRTSDT is null then ''                                            -- never treated
                when AENDT < TRTSDT then ''                                            -- over before the first dose
                when ASTDT is null then 'Y'                                            -- start unknown
                when ASTDT >= TRTSDT
                 and (TRTEDT is null or ASTDT <= TRTEDT + teae_window) then 'Y'        -- started in the window
                when ASTDT < TRTSDT and ATOXGRN > AEITOXGN then 'Y'                    -- there before, worse since
                else '' end as TRTEMFL,
           flag(ASTDT < TRTSDT) as PREFL,
           flag(ASTDT > TRTEDT + teae_window) as FUPFL,
           case when TRTSDT is null                            then 'NOT TREATED'
                when AENDT < TRTSDT                            then 'ENDED BEFORE TREATMENT'
                when ASTDT is null                             then 'START UNKNOWN'
                when ASTDT > TRTEDT + teae_window              then 'STARTED AFTER WINDOW'
                when ASTDT >= TRTSDT                           then 'STARTED IN WINDOW'
                when ATOXGRN > AEITOXGN                        then 'WORSENED ON TREATMENT'
                else                                                'NOT WORSE ON TREATMENT' end as TRTEMRS
    from events
    join dates on dates.USUBJID = events.USUBJID and dates.AESEQ = events.AESEQ
    cross join parameters
),

-- First occurrences among the treatment-emergent events, by ASTDT (missing first) and AESEQ; of the highest
-- grade, the first such. A missing grade is below every grade. Events without a code are a group of their own.
occurrence as (
    select USUBJID, AESEQ,
           row_number() over (partition by USUBJID order by ASTDT nulls first, AESEQ) as first_in_subject,
           row_number() over (partition by USUBJID, AEBODSYS order by ASTDT nulls first, AESEQ) as first_in_soc,
           row_number() over (partition by USUBJID, AEBODSYS, AEDECOD
                              order by ASTDT nulls first, AESEQ) as first_in_pt,
           row_number() over (partition by USUBJID
                              order by ATOXGRN desc nulls last, ASTDT nulls first, AESEQ) as worst_in_subject,
           row_number() over (partition by USUBJID, AEBODSYS
                              order by ATOXGRN desc nulls last, ASTDT nulls first, AESEQ) as worst_in_soc,
           row_number() over (partition by USUBJID, AEBODSYS, AEDECOD
                              order by ATOXGRN desc nulls last, ASTDT nulls first, AESEQ) as worst_in_pt
    from emergent
    where TRTEMFL = 'Y'
),
first_serious as (
    select USUBJID, AESEQ from emergent
    where TRTEMFL = 'Y' and AESER = 'Y'
    qualify row_number() over (partition by USUBJID order by ASTDT nulls first, AESEQ) = 1
),
first_related as (
    select USUBJID, AESEQ from emergent
    where TRTEMFL = 'Y' and AERELISA = 'Y'
    qualify row_number() over (partition by USUBJID order by ASTDT nulls first, AESEQ) = 1
),
first_isa_withdrawal as (
    select USUBJID, AESEQ from emergent
    where TRTEMFL = 'Y' and AEACNISA = 'DRUG WITHDRAWN'
    qualify row_number() over (partition by USUBJID order by ASTDT nulls first, AESEQ) = 1
),
first_grade_3 as (
    select USUBJID, AESEQ from emergent
    where TRTEMFL = 'Y' and ATOXGRN >= 3
    qualify row_number() over (partition by USUBJID order by ASTDT nulls first, AESEQ) = 1
),

-- The isatuximab dose last given on or before the start of the event.
last_dose as (
    select emergent.USUBJID, emergent.AESEQ, ex.EXDOSE as DOSEON, sas_date(ex.EXSTDTC) as LDOSEDT
    from emergent
    join sdtm.ex as ex
      on ex.USUBJID = emergent.USUBJID and ex.EXTRT = 'ISATUXIMAB' and sas_date(ex.EXSTDTC) <= emergent.ASTDT
    qualify row_number() over (partition by emergent.USUBJID, emergent.AESEQ
                               order by ex.EXSTDTC desc, ex.EXSEQ desc) = 1
),

-- Actions in words; not applicable is none.
action_words as (
    select distinct term, decode as words from spec.codelists
    where workbook like 'adam%' and id = 'ACN' and term <> 'NOT APPLICABLE'
),

-- Term lists of the customized queries.
query_terms as (
    select distinct id, term from spec.codelists
    where workbook like 'adam%' and id in ('IRR', 'CYTOPENIA', 'INFECTION', 'CARDIAC', 'HEPATIC', 'SPM')
)

select ev.STUDYID,
       ev.USUBJID,
       adsl.SUBJID,
       adsl.SITEID,
       adsl.COUNTRY,
       adsl.AGE,
       adsl.AGEU,
       adsl.AGEGR1,
       adsl.AGEGR1N,
       adsl.SEX,
       adsl.RACE,
       adsl.SAFFL,
       adsl.ENRLFL,
       adsl.RETROFL,
       adsl.TRT01A  as TRTA,
       adsl.TRT01AN as TRTAN,
       adsl.TRT01A,
       adsl.TRT01AN,
       adsl.TRTSDT,
       adsl.TRTEDT,
       adsl.DTHFL,
       ev.AESEQ,
       ev.AEGRPID,
       ev.AESPID,
       ev.AETERM,
       ev.AEDECOD,
       ev.AEBODSYS,
       ev.AEBDSYCD,
       ev.AELLT,
       ev.AELLTCD,
       ev.AEPTCD,
       ev.AEHLT,
       ev.AEHLTCD,
       ev.AEHLGT,
       ev.AEHLGTCD,
       ev.AESOC,
       ev.AESOCCD,
       ev.AESTDTC,
       ev.ASTDT,
       ev.ASTDTF,
       ev.AEENDTC,
       ev.AEENRTPT,
       ev.AENDT,
       ev.AENDTF,
       -- Study day: no day 0.
       ev.ASTDT - ev.TRTSDT + case when ev.ASTDT >= ev.TRTSDT then 1 else 0 end as ASTDY,
       ev.AENDT - ev.TRTSDT + case when ev.AENDT >= ev.TRTSDT then 1 else 0 end as AENDY,
       ev.AENDT - ev.ASTDT + 1 as ADURN,
       case when ev.AENDT - ev.ASTDT + 1 is not null then 'DAYS' else '' end as ADURU,
       flag(ev.AENDT = ev.ASTDT and ev.AENDTF = '' and ev.ASTDTF = '') as SAMEDYFL,
       ev.TRTEMFL,
       ev.TRTEMRS,
       ev.PREFL,
       ev.FUPFL,
       flag(occurrence.first_in_subject = 1) as AOCCFL,
       flag(occurrence.first_in_pt = 1)      as AOCCPFL,
       flag(occurrence.worst_in_subject = 1) as AOCCIFL,
       flag(occurrence.worst_in_pt = 1)      as AOCCPIFL,
       flag(first_serious.AESEQ is not null) as AOCC01FL,
       flag(first_related.AESEQ is not null) as AOCC02FL,
       flag(first_grade_3.AESEQ is not null) as AOCC03FL,
       flag(first_isa_withdrawal.AESEQ is not null) as AOCC04FL,
       flag(occurrence.first_in_soc = 1)     as AOCCSFL,
       flag(occurrence.worst_in_soc = 1)     as AOCCSIFL,
       last_dose.DOSEON,
       case when last_dose.DOSEON is not null then 'mg' else '' end as DOSEU,
       last_dose.LDOSEDT,
       ev.ASTDT - last_dose.LDOSEDT as LDAEELD,
       ev.AESER,
       ev.AESCONG,
       ev.AESDISAB,
       ev.AESDTH,
       ev.AESHOSP,
       ev.AESLIFE,
       ev.AESMIE,
       array_to_string(list_filter([case when ev.AESDTH   = 'Y' then 'Death' end,
                                    case when ev.AESLIFE  = 'Y' then 'Life-threatening' end,
                                    case when ev.AESHOSP  = 'Y' then 'Hospitalization' end,
                                    case when ev.AESDISAB = 'Y' then 'Disability' end,
                                    case when ev.AESCONG  = 'Y' then 'Congenital anomaly' end,
                                    case when ev.AESMIE   = 'Y' then 'Medically important' end],
                                   lambda word: word is not null), '; ') as SERCRIT,
       ev.AEREL,
       ev.AERELISA,
       ev.AERELPOM,
       ev.AERELCAR,
       ev.AERELDEX,
       ev.AEREL as AREL,
       -- Only a stated relation counts; unknown or missing does not.
       flag(ev.AERELISA = 'Y') as RELISAFL,
       flag(ev.AERELPOM = 'Y') as RELPOMFL,
       flag(ev.AERELCAR = 'Y') as RELCARFL,
       flag(ev.AERELDEX = 'Y') as RELDEXFL,
       flag('Y' in (ev.AERELISA, ev.AERELPOM, ev.AERELCAR, ev.AERELDEX)) as RELANYFL,
       array_to_string(list_filter(['Isa: ' || nullif(ev.AERELISA, ''), 'Pom: ' || nullif(ev.AERELPOM, ''),
                                    'Car: ' || nullif(ev.AERELCAR, ''), 'Dex: ' || nullif(ev.AERELDEX, '')],
                                   lambda word: word is not null), '; ') as RELTXT,
       ev.AETOXGR,
       ev.AETOXGR as ATOXGR,
       ev.ATOXGRN,
       ev.AEITOXGR,
       ev.AEITOXGN,
       ev.AEACN,
       ev.AEACNISA,
       ev.AEACNPOM,
       ev.AEACNCAR,
       ev.AEACNDEX,
       flag(ev.AEACNISA = 'DRUG WITHDRAWN') as WDISAFL,
       flag(ev.AEACNPOM = 'DRUG WITHDRAWN') as WDPOMFL,
       flag(ev.AEACNCAR = 'DRUG WITHDRAWN') as WDCARFL,
       flag(ev.AEACNDEX = 'DRUG WITHDRAWN') as WDDEXFL,
       flag('DRUG WITHDRAWN'   in (ev.AEACNISA, ev.AEACNPOM, ev.AEACNCAR, ev.AEACNDEX)) as WDANYFL,
       -- A delay is recorded as an interruption.
       flag(ev.AEACNISA = 'DRUG INTERRUPTED') as INTISAFL,
       flag(ev.AEACNPOM = 'DRUG INTERRUPTED') as INTPOMFL,
       flag(ev.AEACNCAR = 'DRUG INTERRUPTED') as INTCARFL,
       flag(ev.AEACNDEX = 'DRUG INTERRUPTED') as INTDEXFL,
       flag('DRUG INTERRUPTED' in (ev.AEACNISA, ev.AEACNPOM, ev.AEACNCAR, ev.AEACNDEX)) as INTANYFL,
       -- A slower infusion (DOSE RATE REDUCED) is no dose reduction.
       flag(ev.AEACNPOM = 'DOSE REDUCED') as REDPOMFL,
       flag(ev.AEACNCAR = 'DOSE REDUCED') as REDCARFL,
       flag(ev.AEACNDEX = 'DOSE REDUCED') as REDDEXFL,
       flag('DOSE REDUCED'     in (ev.AEACNISA, ev.AEACNPOM, ev.AEACNCAR, ev.AEACNDEX)) as REDANYFL,
       flag(ev.AEACNISA = 'DOSE RATE REDUCED') as RATISAFL,
       ev.AEACNOTH,
       array_to_string(list_filter(['Isa: ' || action_isa.words, 'Pom: ' || action_pom.words,
                                    'Car: ' || action_car.words, 'Dex: ' || action_dex.words],
                                   lambda word: word is not null), '; ') as ACNTXT,
       ev.AEOUT,
       case when ev.AEDECOD in (select term from query_terms where id = 'IRR')
            then 'INFUSION RELATED REACTION' else '' end as CQ01NAM,
       case when ev.AEDECOD in (select term from query_terms where id = 'CYTOPENIA')
            then 'CYTOPENIA' else '' end as CQ02NAM,
       case when ev.AEDECOD in (select term from query_terms where id = 'INFECTION')
            then 'INFECTION' else '' end as CQ03NAM,
       case when ev.AEDECOD in (select term from query_terms where id = 'CARDIAC')
            then 'CARDIAC DISORDER' else '' end as CQ04NAM,
       case when ev.AEDECOD in (select term from query_terms where id = 'HEPATIC')
            then 'HEPATIC DISORDER' else '' end as CQ05NAM,
       case when ev.AEDECOD in (select term from query_terms where id = 'SPM')
            then 'SECOND PRIMARY MALIGNANCY' else '' end as CQ06NAM,
       flag(ev.AEDECOD in (select term from query_terms)) as AESIFL,
       flag(ev.TRTEMFL = 'Y' and (ev.AESER = 'Y' or ev.AEOUT = 'FATAL'
            or 'DRUG WITHDRAWN' in (ev.AEACNISA, ev.AEACNPOM, ev.AEACNCAR, ev.AEACNDEX))) as NARRFL,
       ev.AEINFNO
from emergent as ev
join qc.adsl as adsl    on adsl.USUBJID = ev.USUBJID
left join occurrence    on occurrence.USUBJID = ev.USUBJID and occurrence.AESEQ = ev.AESEQ
left join first_serious on first_serious.USUBJID = ev.USUBJID and first_serious.AESEQ = ev.AESEQ
left join first_related on first_related.USUBJID = ev.USUBJID and first_related.AESEQ = ev.AESEQ
left join first_grade_3 on first_grade_3.USUBJID = ev.USUBJID and first_grade_3.AESEQ = ev.AESEQ
left join first_isa_withdrawal
                        on first_isa_withdrawal.USUBJID = ev.USUBJID and first_isa_withdrawal.AESEQ = ev.AESEQ
left join action_words as action_isa on action_isa.term = ev.AEACNISA
left join action_words as action_pom on action_pom.term = ev.AEACNPOM
left join action_words as action_car on action_car.term = ev.AEACNCAR
left join action_words as action_dex on action_dex.term = ev.AEACNDEX
left join last_dose     on last_dose.USUBJID = ev.USUBJID and last_dose.AESEQ = ev.AESEQ
order by ev.STUDYID, ev.USUBJID, ev.AESEQ;
