package protocol

import (
	"crypto/hpke"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"secondlook/app/shift"
)

// SealRecord seals a parcel whole to the records key and signs it as the car's;
// [Identity.Upload] says what travels so. It returns [ErrName] or [ErrSize] for a parcel
// that no station would take.
func SealRecord(to hpke.PublicKey, by *Signer, p shift.Parcel) ([]byte, error) {
	sealed, _, err := sealRecord(to, by, p)
	return sealed, err
}

// sealRecord returns with the record the digest that the car signed.
func sealRecord(to hpke.PublicKey, by *Signer, p shift.Parcel) (record, digest []byte, err error) {
	if err := checkParcel(p); err != nil {
		return nil, nil, err
	}
	context := recordContext(p.Kind, by.car, p.ID)
	sealed, err := hpke.Seal(to, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(context), p.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("seal record: %w", err)
	}
	return by.sign(context, sealed)
}

// OpenRecord verifies that the car signed the record, its certificate good at the
// time at, and opens it. It returns [ErrForm] for a record that was cut, changed,
// moved to another subject, or sealed to another key, and another error for one
// that the car did not sign. One that came in pieces opens with [OpenPieces].
func OpenRecord(key hpke.PrivateKey, ca *x509.Certificate, kind shift.Kind, car, id string, at time.Time, b []byte) ([]byte, error) {
	context := recordContext(kind, car, id)
	sealed, _, err := verify(ca, car, context, at, b)
	if err != nil {
		return nil, err
	}
	body, err := hpke.Open(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(context), sealed)
	if err != nil {
		return nil, ErrForm
	}
	return body, nil
}

func checkParcel(p shift.Parcel) error {
	if !slices.Contains(Kinds, p.Kind) {
		return fmt.Errorf("parcel kind %q: %w", string(p.Kind), ErrName)
	}
	if err := CheckName(p.ID); err != nil {
		return fmt.Errorf("parcel id: %w", err)
	}
	if len(p.Body) > MaxBody {
		return fmt.Errorf("parcel of %d bytes, at most %d: %w", len(p.Body), MaxBody, ErrSize)
	}
	return nil
}

// recordContext binds sealing and signature to one place: a record copied under
// another car's, kind's or record's subject does not open.
func recordContext(kind shift.Kind, car, id string) string {
	return "secondlook record v1\n" + RecordSubject(kind, car, id)
}
