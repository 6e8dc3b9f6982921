"""Recipes that several tests use."""

# Folders in folders, a hidden one with mail, a hidden one without, an orphan;
# texts that would play tricks on a terminal.
MIXED = r'''
store-name "Ann\x1b[2Js archive"
password "secret"
folder "Inbox" {
	role inbox
	class IPF.Note
	message {
		subject "Plain and simple"
		from "Ann" <ann@example.org>
		to "Bob" <bob@example.org>
		sent 2004-05-06T07:08:09Z
		received 2004-05-06T07:08:11Z
		message-id "<plain@example.org>"
		body "Hello Bob\r\nFrom here on it is\r\n>From quoted\r\n"
		attachment "notes.txt" { mime text/plain; data "some text" }
	}
	message {
		subject "Escape \x1b]0;pwned\x07 and \u{202E}gpj.exe"
		from "Mallory \x1b[31m" <mallory@example.org>
		to "Bob" <bob@example.org>
		sent 2005-01-01T00:00:00Z
		received 2005-01-01T00:00:00Z
		body "x\r\n"
	}
	folder "Travel \u{1F682}" {
		message {
			subject "RE: Zug nach Köln"
			from "Bob" <bob@example.org>
			to "Ann" <ann@example.org>
			sent 2006-07-08T09:10:11Z
			received 2006-07-08T09:10:11Z
			body "ja\r\n"
			attachment "inner" {
				message {
					subject "Inside"
					from "Carl" <carl@example.org>
					to "Ann" <ann@example.org>
					body "deep\r\n"
				}
			}
		}
	}
	folder "evil\x1b[1m/name" {
		message {
			subject "In a folder with a slash"
			sent 2010-01-01T00:00:00Z
			received 2010-01-01T00:00:00Z
			body "y\r\n"
		}
	}
}
folder "Kept from view" {
	prop 0x10f4:bool true
	message {
		subject "Hidden but here"
		no-defaults
		class IPM.Note
		body "z\r\n"
	}
}
folder "Empty and hidden" {
	prop 0x10f4:bool true
}
folder "Contacts" {
	role contacts
	class IPF.Contact
	message { class IPM.Contact; subject "Carl" }
}
'''

SMALL = 'folder "Inbox" { message { subject "x"; body "y" } }\n'

# One message of ten cannot be read.
ONE_BAD = '''
folder "Inbox" {
	generate { messages 10; body 200 }
}
damage { noise block 0x2000A4 data +0 100 1 sealed }
'''

# Enough for several batches, so that there is a middle to be killed in.
LARGE = '''
folder "Many" {
	generate {
		messages 2600
		folders 3
		body 600
		attachment-every 50
		attachment-size 3000
		recipients 2
		seed 7
	}
}
'''
