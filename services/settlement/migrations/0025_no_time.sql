-- A step that is given no time is over when it begins.
ALTER TABLE disputes
  DROP CONSTRAINT disputes_answer_hours_check,
  DROP CONSTRAINT disputes_escalation_hours_check,
  DROP CONSTRAINT disputes_decision_hours_check,
  ADD CONSTRAINT disputes_take_time CHECK (
    answer_hours >= 0 AND escalation_hours >= 0 AND decision_hours >= 0
  );
