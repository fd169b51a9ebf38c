package press

import "strings"

// words are what stands small on plates of no certain jurisdiction: names of
// places that issue plates, mottoes, dealers, kinds of plates.
var words = strings.Split("Ontario|ONTARIO|YOURS TO DISCOVER|Alberta|BRITISH COLUMBIA|Beautiful|Québec|Je me souviens|Manitoba|FRIENDLY|Saskatchewan|NOVA SCOTIA|"+
	"NEW BRUNSWICK|Nouveau-Brunswick|YUKON|TEXAS|California|NEW YORK|EMPIRE STATE|Florida|SUNSHINE STATE|OHIO|Michigan|Illinois|Land of Lincoln|Indiana|Georgia|Virginia|"+
	"WASHINGTON|EVERGREEN STATE|Oregon|Nevada|ARIZONA|Colorado|UTAH|IDAHO|Montana|WYOMING|Nebraska|KANSAS|OKLAHOMA|Missouri|Arkansas|Louisiana|Mississippi|Alabama|Tennessee|KENTUCKY|"+
	"Maine|Vacationland|VERMONT|Green Mountain State|Massachusetts|Connecticut|Rhode Island|Ocean State|New Jersey|Garden State|Delaware|Maryland|PENNSYLVANIA|10,000 lakes|Wisconsin|"+
	"HAWAII|ALOHA STATE|Alaska|MOTORS|AUTO SALES|AUTO GROUP|HARBOUR CARS|www.motors.example|TRUCK|DEALER|COMMERCIAL|VETERAN|IN GOD WE TRUST|UNIVERSITY|ALUMNI|FARM|TRAILER|"+
	"DISABLED|FIREFIGHTER|NATIONAL GUARD|TAXI|HISTORIC|ANTIQUE|Save the Manatee|Protect wildlife|Educate|Support our troops|FRAN-1234|TEL 555-0100", "|")
