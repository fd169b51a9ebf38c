package hotlist

// Generic is the layout of the generic CSV: comma or semicolon, one header line
// that names the columns
//
//	plate,jurisdiction,category,source,agency,contact,reference,expires,make,model,year,colour,driver,lenses,note
//
// in any order and case ("color" will do), of which plate and category are
// mandatory. expires is yyyy-mm-dd, up to the end of that day, or RFC 3339. driver is
// the name of a [SuspendedDriver], lenses yes or no; of other categories both are
// dropped at the door.
// Columns with other names are dropped at the door.
func Generic() Layout {
	l := Layout{ID: "generic", Name: "Generic CSV", Kind: Delimited, Separator: ",;", Header: Header{Names: true}}
	for col := range colNote + 1 {
		f := Field{Name: columns[col].name, To: columns[col].name}
		switch col {
		case colExpires:
			f.Dates = []string{"YYYY-MM-DD", rfc3339}
		case colColour:
			f.Names = []string{"color"}
		}
		l.Fields = append(l.Fields, f)
	}
	return l
}
