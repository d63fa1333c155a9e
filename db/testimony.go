package db

import (
	"fmt"

	"tracker/internal/fact"
)

// Report returns a report by its ID, nil if there is none.
func (tx *Tx) Report(id string) (*fact.StoredReport, error) {
	if id == "" {
		return nil, nil
	}
	var r reportRecord
	if ok, err := tx.get(KindReport, []byte(id), &r); err != nil || !ok {
		return nil, err
	}
	return r.report(), nil
}

// Reports returns every report, in order of ID.
func (tx *Tx) Reports() ([]fact.StoredReport, error) {
	var list []fact.StoredReport
	err := tx.scan(string(KindReport), nil, nil, func(key, value []byte) (bool, error) {
		var r reportRecord
		if err := tx.decode(KindReport, key, value, &r); err != nil {
			return false, err
		}
		list = append(list, *r.report())
		return true, nil
	})
	return list, err
}

// PutReport stores a report under its ID, in place of the one that is there.
func (tx *Tx) PutReport(r *fact.StoredReport) error {
	if r.ID == "" {
		return fmt.Errorf("store report %q: it has no ID", r.Report.Title)
	}
	return tx.put(KindReport, []byte(r.ID), &reportRecord{StoredReport: *r, Text: r.Text})
}

// DeleteReport removes a report; an absent one is no error.
func (tx *Tx) DeleteReport(id string) error {
	if id == "" {
		return nil
	}
	return tx.delete(KindReport, []byte(id))
}

func (r *reportRecord) report() *fact.StoredReport {
	report := r.StoredReport
	report.Text = r.Text
	return &report
}

// Decision returns a decision by its ID, nil if there is none.
func (tx *Tx) Decision(id int) (*fact.Decision, error) {
	if id <= 0 {
		return nil, nil
	}
	var d fact.Decision
	if ok, err := tx.get(KindDecision, uint64Key(uint64(id)), &d); err != nil || !ok {
		return nil, err
	}
	return &d, nil
}

// Decisions returns every decision, those that were undone too, in order of ID.
func (tx *Tx) Decisions() ([]fact.Decision, error) {
	var list []fact.Decision
	err := tx.scan(string(KindDecision), nil, nil, func(key, value []byte) (bool, error) {
		var d fact.Decision
		if err := tx.decode(KindDecision, key, value, &d); err != nil {
			return false, err
		}
		list = append(list, d)
		return true, nil
	})
	return list, err
}

// PutDecision stores a decision. One without an ID is new: it gets the next
// one, which is set in d. One with an ID takes the place of the decision that
// has it, and fails if there is none.
func (tx *Tx) PutDecision(d *fact.Decision) (err error) {
	if d.ID != 0 {
		known, err := tx.Decision(d.ID)
		if err != nil {
			return err
		}
		if known == nil {
			return fmt.Errorf("store decision: there is no decision %d", d.ID)
		}
		return tx.put(KindDecision, uint64Key(uint64(d.ID)), d)
	}
	last, err := tx.lastDecision()
	if err != nil {
		return err
	}
	numbered := *d
	numbered.ID = last + 1
	if err := tx.put(KindDecision, uint64Key(uint64(numbered.ID)), &numbered); err != nil {
		return err
	}
	d.ID = numbered.ID
	return nil
}

// RestoreDecision stores a decision under the ID that it has, which must be
// free: it comes from another database.
func (tx *Tx) RestoreDecision(d *fact.Decision) error {
	if d.ID <= 0 {
		return fmt.Errorf("store decision: %d is no ID", d.ID)
	}
	if known, err := tx.Decision(d.ID); err != nil {
		return err
	} else if known != nil {
		return fmt.Errorf("store decision: there is a decision %d already", d.ID)
	}
	return tx.put(KindDecision, uint64Key(uint64(d.ID)), d)
}

func (tx *Tx) lastDecision() (int, error) {
	list, err := tx.Decisions()
	if err != nil || len(list) == 0 {
		return 0, err
	}
	return list[len(list)-1].ID, nil
}
