// What mail may not do: claim to be somebody, get into a thread, hide itself,
// smuggle, add recipients, loop. One test a row of the abuse list, by its id.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { allTickets, field, file, head, headerNames, Lmtp, opened, rawMail, reply, sent, sunk, thread } from '../abuse_lib.mjs'
import { commandId, deliver, Desk, desk as deskAddress, partner, until } from '../lib.mjs'

let desk
before(async () => {
	desk = await Desk.start()
	await desk.partner.put('/api/settings/agency', { name: 'Studio Nord', zone: 'Europe/Berlin', undo_seconds: 0 })
})
after(() => desk.stop())

let number = 0
// A thread of its own for a test: from Ana, answered once.
async function answered() {
	const subject = `Catalogue ${++number}`
	const id = `<catalogue${number}@greenleaf.example>`
	await file(desk, rawMail(head({ subject, id })))
	const ticket = await opened(desk, subject)
	const mail = await sent(desk, ticket.id)
	return { ticket, subject, id, ours: field(mail.raw, 'Message-ID') }
}

const addresses = (t) => t.participants.map((p) => p.address)
const count = async () => (await allTickets(desk.partner)).length

test('AC-001: a copy to a stranger in a forged mail makes nobody a reader', async () => {
	const { ticket, subject, id } = await answered()
	await file(desk, rawMail(head({ subject: `Re: ${subject}`, more: [`In-Reply-To: ${id}`, 'Cc: evil@evil.example'] }), 'Please copy my colleague.'))
	assert.deepEqual(addresses(await thread(desk, ticket.id)), ['ana@greenleaf.example'])
	const mail = await sent(desk, ticket.id)
	assert.deepEqual(mail.recipients, ['ana@greenleaf.example'])
	assert.doesNotMatch(mail.raw, /evil/)
})

test('AC-002: the number of a thread in a subject opens no door', async () => {
	const { ticket } = await answered()
	for (const subject of [`Re: [#${ticket.id}] Catalogue`, `[#${ticket.id}]`, `Re: ${ticket.subject}`]) {
		await file(desk, rawMail(head({ from: 'evil@evil.example', subject })))
		const row = await opened(desk, subject)
		assert.notEqual(row.id, ticket.id)
		assert.equal(row.client.name, 'Evil')
	}
	assert.equal((await thread(desk, ticket.id)).messages.length, 2)
})

test('AC-003, AC-006: a token with one wrong character is no token', async () => {
	const { ticket, ours } = await answered()
	const [, name, mac] = /^<hf\.(\w+)\.(\w+)@/.exec(ours)
	const other = (c) => c === '0' ? '1' : '0'
	const wrong = [`hf.${name}.${other(mac[0])}${mac.slice(1)}`, `hf.${other(name[0])}${name.slice(1)}.${mac}`, `hf.${name}.`, `hf.${name}`, `hf..${mac}`, `hf.${name}.${mac.slice(0, -1)}`,
		`HF.${name}.${mac}`.toUpperCase(), `ticket-${ticket.id}`, `${ticket.id}`, `hf.${ticket.id}.${mac}`]
	for (const id of wrong) {
		const subject = `Forged ${id}`
		await file(desk, rawMail(head({ from: 'evil@evil.example', subject, more: [`In-Reply-To: <${id}@studio.example>`, `References: <${id}@studio.example>`] })))
		assert.notEqual((await opened(desk, subject))?.id, undefined, id)
	}
	for (const recipient of [`desk+${ticket.id}@studio.example`, `desk+${name}.${mac}@studio.example`]) {
		await file(desk, rawMail(head({ from: 'evil@evil.example', subject: `To ${recipient}` })), { recipient })
		assert.ok(await opened(desk, `To ${recipient}`))
	}
	assert.equal((await thread(desk, ticket.id)).messages.length, 2)
})

test('AC-004: who holds a token but is not known gets no mail that nobody meant for them', async () => {
	const { ticket, subject, ours } = await answered()
	await file(desk, rawMail(head({ from: 'Fwd <stranger@elsewhere.example>', subject: `Re: ${subject}`, more: [`In-Reply-To: ${ours}`] }), 'Somebody passed this on to me.'))
	const shown = await thread(desk, ticket.id)
	assert.equal(shown.messages.length, 3, 'it is filed')
	assert.equal(shown.answer_to.address, 'ana@greenleaf.example', 'and is not answered before a member says who that is')
	assert.ok(shown.audience.changes.some((c) => c.address === 'stranger@elsewhere.example' && c.what === 'other_client'), 'which is shown')
	await file(desk, rawMail(head({ subject: `Re: ${subject}`, more: [`In-Reply-To: ${ours}`] }), 'Ana again.'))
	assert.equal((await thread(desk, ticket.id)).answer_to.address, 'ana@greenleaf.example')
	assert.deepEqual((await sent(desk, ticket.id)).recipients, ['ana@greenleaf.example'])
})

test('AC-004: a stranger who knows an id does not become the one who is answered', async () => {
	const { ticket, subject, id } = await answered()
	await file(desk, rawMail(head({ from: 'Ana Diaz <ana@evil.example>', subject: `Re: ${subject}`, more: [`In-Reply-To: ${id}`] }), 'What did it cost again?'))
	const shown = await thread(desk, ticket.id)
	assert.equal(shown.messages.length, 3)
	assert.equal(shown.answer_to.address, 'ana@greenleaf.example')
	const mail = await sent(desk, ticket.id)
	assert.deepEqual(mail.recipients, ['ana@greenleaf.example'])
})

test('AC-001: copies are of those whom the answered mail itself had as readers', async () => {
	const subject = `Catalogue ${++number}`
	const id = `<catalogue${number}@greenleaf.example>`
	await file(desk, rawMail(head({ subject, id, more: ['Cc: Ben <ben@greenleaf.example>, Eve <eve@elsewhere.example>'] })))
	const ticket = await opened(desk, subject)
	assert.deepEqual((await sent(desk, ticket.id)).recipients, ['ana@greenleaf.example', 'ben@greenleaf.example'])
	await file(desk, rawMail(head({ subject: `Re: ${subject}`, more: [`In-Reply-To: ${id}`] }), 'Only to you.'))
	assert.deepEqual((await sent(desk, ticket.id)).recipients, ['ana@greenleaf.example'])
})

test('AC-005: nobody is a member by mail', async () => {
	const { ticket, subject, ours } = await answered()
	const before = sunk(desk).length
	await file(desk, rawMail(head({ from: `Lena <${partner.address}>`, subject: `Re: ${subject}`, more: [`In-Reply-To: ${ours}`] }), 'Pay to this account.'))
	const { messages } = await thread(desk, ticket.id)
	assert.equal(messages.at(-1).kind, 'in', 'it is mail that came, not an answer of ours')
	assert.equal(messages.at(-1).from.member, null, 'and From does not make a member')
	assert.equal(sunk(desk).length, before, 'it goes nowhere')
})

test('AC-011: our own control headers from outside change nothing', async () => {
	const forged = ['X-Holdfast-Loop: abc', 'X-Holdfast-Ticket: 1', 'X-Holdfast-Verified: yes', 'Holdfast-Command: 0']
	const cases = [
		['With an id', {}, []], ['Without an id', { id: null }, []],
		['A machine', {}, ['Auto-Submitted: auto-replied']], ['A list', {}, ['List-Id: <l.example>']],
	]
	const seen = async (subject) => {
		const row = await opened(desk, subject)
		const { messages } = await thread(desk, row.id)
		return [row.state, row.clock?.kind, row.unanswered, messages[0].auto]
	}
	for (const [name, how, more] of cases) {
		await file(desk, rawMail(head({ subject: `${name}, plain`, from: `plain@${name.replace(/\W/g, '')}.example`, more, ...how })))
		await file(desk, rawMail(head({ subject: `${name}, forged`, from: `forged@${name.replace(/\W/g, '')}.example`, more: [...more, ...forged], ...how })))
		assert.deepEqual(await seen(`${name}, forged`), await seen(`${name}, plain`), name)
	}
})

test('AC-013: a From that can be read in two ways is nobody', async () => {
	const nobody = {
		'two mailboxes': 'a@one.example, b@two.example', 'a group of two': 'G: a@one.example, b@one.example;', 'an empty group': 'undisclosed:;', nothing: '',
		'an address in an encoded word': '=?utf-8?Q?=22x=22_=3Cana=40greenleaf.example=3E?=', 'no domain': 'root',
	}
	for (const [name, from] of Object.entries(nobody)) {
		await file(desk, rawMail(head({ from, subject: `From ${name}` })))
		const row = await opened(desk, `From ${name}`)
		assert.equal(row.contact, null, name)
		assert.notEqual(row.client.name, 'Greenleaf', name)
	}
	await file(desk, rawMail([...head({ subject: 'From twice' }), 'From: evil@evil.example']))
	assert.equal((await opened(desk, 'From twice')).contact, null)
	await file(desk, rawMail(head({ from: '"ana@greenleaf.example" <evil@display.example>', subject: 'From in the name' })))
	const row = await opened(desk, 'From in the name')
	assert.equal(row.contact.address, 'evil@display.example')
	assert.ok((await thread(desk, row.id)).messages[0].errors.some((e) => /name shows another address/.test(e)), 'and it is said')
})

test('AC-014: what looks like an address is not that address', async () => {
	await file(desk, rawMail(head({ subject: 'The real one' })))
	const { contact } = await opened(desk, 'The real one')
	const same = ['ANA@GREENLEAF.EXAMPLE', 'ana@greenleaf.example.']
	const others = ['\u0430na@greenleaf.example', 'ana@gr\u0435enleaf.example', 'ana+x@greenleaf.example', 'ana@xn--greenleaf.example', 'ana@greenleaf.example.evil.example']
	const nobody = ['ana@green\u200bleaf.example', 'ana@\u202egreenleaf.example', 'an\u200da@greenleaf.example', 'ana\ufeff@greenleaf.example', 'ana@green\u00adleaf.example', 'ana@greenleaf\u2060.example']
	let n = 0
	const from = async (address) => {
		const subject = `Like ${++n}`
		await file(desk, Buffer.from(rawMail(head({ from: `Ana Diaz <${address}>`, subject }))).toString())
		return opened(desk, subject)
	}
	for (const address of same) assert.equal((await from(address)).contact.id, contact.id, address)
	for (const address of others) assert.notEqual((await from(address)).contact.id, contact.id, address)
	for (const address of nobody) assert.equal((await from(address)).contact, null, encodeURIComponent(address))
})

test('AC-016: a note between two answers is in no mail', async () => {
	const { ticket } = await answered()
	assert.equal((await desk.partner.post(`/api/tickets/${ticket.id}/notes`, { text: 'CANARY-NOTE they never pay' })).status, 200)
	await sent(desk, ticket.id)
	assert.ok(sunk(desk).every((mail) => !mail.raw.includes('CANARY') && !Buffer.from(mail.raw, 'latin1').toString().includes('CANARY')))
})

test('AC-020, AC-039: a name with addresses and markup in it is a name', async () => {
	const names = ['"x\\" <evil@x.example>, <evil2@x.example>"', '"<a href=//evil.example>pay</a>"', '=?utf-8?B?' + Buffer.from('a\r\nBcc: e@x.example\u2028z\u0085q\0').toString('base64') + '?=',
		'"evil@x.example,"', '(c) evil', '"=?utf-8?Q?x?="', `"${'n'.repeat(300)}"`]
	for (const [i, name] of names.entries()) {
		await file(desk, rawMail(head({ from: `${name} <real${i}@names.example>`, subject: `Name ${i}` })))
		const mail = await sent(desk, (await opened(desk, `Name ${i}`)).id)
		assert.deepEqual(mail.recipients, [`real${i}@names.example`], name)
		assert.deepEqual(headerNames(mail.raw).filter((h) => h === 'to' || h === 'cc' || h === 'bcc'), ['to'])
		assert.match(field(mail.raw, 'To'), new RegExp(`<real${i}@names\\.example>$`))
		assert.doesNotMatch(mail.raw.slice(mail.raw.indexOf('\r\n\r\n')), /evil/)
	}
})

test('AC-055: line ends in what goes out make no header', async () => {
	const subject = '=?utf-8?Q?sub=0D=0ABcc:_evil=40x.example=C2=85=E2=80=A8X-Evil:_1=00?='
	await file(desk, rawMail(head({ from: 'r@crlf.example', subject, id: '<a@b>\r\n <c\u0001d@e>' })))
	const row = (await allTickets(desk.partner))[0]
	assert.match(row.subject, /^sub\s+Bcc: evil@x\.example\s+X-Evil: 1/)
	const mail = await sent(desk, row.id)
	assert.deepEqual(headerNames(mail.raw).filter((name) => /bcc|evil/.test(name)), [])
	assert.deepEqual(mail.recipients, ['r@crlf.example'])
	for (const body of [{ to: { name: 'a\nb', address: 'ok@z.example' }, subject: 's', text: 't' }, { to: { name: 'a', address: 'ok@z.example\r\nBcc: x@y.example' }, subject: 's', text: 't' },
		{ to: { name: 'a', address: 'ok@z.example' }, subject: 's\r\nBcc: x@x.example', text: 't' }, { to: { name: 'a', address: 'a@b.example, c@d.example' }, subject: 's', text: 't' }])
		assert.equal((await desk.partner.post('/api/tickets', body)).status, 400, JSON.stringify(body))
	for (const cc of ['a@b.example\nc@d.example', 'a@b.example, c@d.example', '<a@b.example>', 'x" <a@b.example>', 'a@b.example>'])
		assert.equal((await reply(desk, row.id, { cc: [cc] })).status, 400, cc)
})

test('AC-056: dots and odd line ends in an answer are one mail', async () => {
	const { ticket } = await answered()
	for (const text of ['a\n.\nb', 'a\r.\rb', 'a\r\n.\nb', 'a\n.\r\nb', '.', '..', '.\r\n.\r\n.', 'x'.repeat(100_000), 'a\rb', 'From me\nFrom you']) {
		const before = sunk(desk).length
		const mail = await sent(desk, ticket.id, { text })
		assert.equal(sunk(desk).length, before + 1)
		assert.ok(mail.raw.endsWith('\r\n'))
		assert.ok(mail.raw.split('\r\n').every((line) => line.length <= 998 && !/[\r\n]/.test(line)), JSON.stringify(text.slice(0, 20)))
	}
})

test('AC-057: only CRLF . CRLF ends a mail', async () => {
	const middles = { LF: '\n.\n', 'LF, CRLF': '\n.\r\n', 'CRLF, LF': '\r\n.\n', CR: '\r.\r', 'CRLF, CR': '\r\n.\r', 'CR, CRLF': '\r.\r\n', NUL: '\r\n.\0\r\n', 'CR CRLF': '\r\r\n.\r\r\n' }
	for (const [name, middle] of Object.entries(middles)) {
		const before = await count()
		const line = await Lmtp.open(desk.lmtp)
		await line.begin('s@evil.example')
		const [answer] = await line.say(`From: s@evil.example\r\nSubject: First ${name}\r\n\r\nx${middle}MAIL FROM:<m@evil.example>\r\nRCPT TO:<${deskAddress}>\r\nDATA\r\nFrom: m@evil.example\r\nSubject: Smuggled\r\n\r\nhi\r\n.\r\n`)
		const [next] = await line.say('NOOP\r\n')
		assert.match(answer, name === 'NUL' ? /^250/ : /^554/, name)
		assert.match(next, /^250/, `${name}: one answer, and the next command has its own`)
		line.close()
		await until('filed', async () => (await desk.partner.get('/api/health')).body.mail_in.waiting === 0)
		assert.ok(await count() <= before + (name === 'NUL' ? 1 : 0), name)
	}
	assert.ok(!(await allTickets(desk.partner)).some((t) => t.subject === 'Smuggled'))
})

test('AC-058: what is not offered is not taken', async () => {
	const line = await Lmtp.open(desk.lmtp)
	const answers = await line.say('LHLO x\r\nSTARTTLS\r\nMAIL FROM:<a@b.example>\r\nBDAT 5 LAST\r\nAUTH PLAIN x\r\n', 5)
	assert.match(answers[1], /^50[0-4]/)
	assert.match(answers[3], /^50[0-4]/)
	assert.match(answers[4], /^50[0-4]/)
	assert.doesNotMatch(line.text, /250[- ](STARTTLS|CHUNKING|AUTH)/)
	line.close()
})

test('AC-085, AC-087, AC-122: odd addresses are refused or are names, and never run', async () => {
	const recipients = [['<""@x>', /^55/], [`<${'a'.repeat(65536)}@x.example>`, /^50/], ['<\xff\xfe@studio.example>', /^50/], ['<desk@studio.example\0>', /^50/], ['<desk@studio.example', /^50/],
		['<$(id)@studio.example>', /^5/], ['<`id`@studio.example>', /^5/], ['<-oQ/x@studio.example>', /^55/], ['<|cmd@studio.example>', /^5/], ['<desk@studio.example> SIZE=1', /^555/], [`<@a,@b:${deskAddress}>`, /^250/]]
	for (const [recipient, expected] of recipients) {
		const line = await Lmtp.open(desk.lmtp)
		const answers = await line.say(`LHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:${recipient}\r\n`, 3)
		assert.match(answers[2], expected, recipient.slice(0, 40))
		line.close()
	}
	for (const [sender, expected] of [['<""@x>', /^(250|501)/], ['<a@b.example> SIZE=99999999999', /^552/], ['<a@b.example> SIZE=-1', /^501/], ['<a@b.example> SIZE=18446744073709551617', /^552/],
		['<a b@c>', /^501/], ['<a@b.example> FOO=bar', /^555/]]) {
		const line = await Lmtp.open(desk.lmtp)
		assert.match((await line.say(`LHLO x\r\nMAIL FROM:${sender}\r\n`, 2))[1], expected, sender)
		line.close()
	}
})

test('AC-103, AC-104: what machines write is filed, and nothing is sent to it', async () => {
	const before = sunk(desk).length
	const marks = ['Auto-Submitted: auto-replied', 'Auto-Submitted: AUTO-GENERATED (by a machine)', 'Auto-Submitted:\r\n auto-replied; x=y', 'Precedence: bulk', 'Precedence: junk',
		'Precedence: auto_reply', 'X-Autoreply: yes', 'Return-Path: <>']
	for (const [i, mark] of marks.entries()) {
		await file(desk, rawMail(head({ from: `machine${i}@machines.example`, subject: `Machine ${i}`, more: [mark] })))
		const row = await opened(desk, `Machine ${i}`)
		assert.equal(row.clock, null, mark)
		assert.notEqual((await thread(desk, row.id)).messages[0].auto, 'none', mark)
	}
	await file(desk, rawMail(head({ from: 'person@people.example', subject: 'A person', more: ['Auto-Submitted: no'] })))
	assert.ok((await opened(desk, 'A person')).clock)
	// A group address makes a list of what people write to us; that one has a clock, and still nothing is sent.
	for (const [i, mark] of ['Precedence: list', 'List-Id: News <news.l.example>'].entries()) {
		await file(desk, rawMail(head({ from: `member${i}@people.example`, subject: `Group ${i}`, more: [mark] })))
		assert.ok((await opened(desk, `Group ${i}`)).clock, mark)
	}
	assert.equal(sunk(desk).length, before)
})

test('AC-105: our own mail come back is a loop, and our own address is nobody\'s', async () => {
	const { ticket, ours } = await answered()
	const mine = sunk(desk).at(-1).raw
	const before = await count()
	await file(desk, mine)
	await file(desk, rawMail(head({ subject: 'Our id', id: ours })))
	assert.equal(await count(), before)
	assert.equal((await thread(desk, ticket.id)).messages.length, 2)
	await file(desk, rawMail(head({ from: `Studio <${deskAddress}>`, subject: 'From ourselves' })))
	await file(desk, rawMail(head({ from: `Studio <${deskAddress}>`, subject: 'Round and round' })), { sender: deskAddress })
	assert.equal(await count(), before, 'our address is nobody who could be answered: no thread')
	const aside = (await desk.partner.get('/api/quarantine')).body.items
	assert.ok(aside.some((i) => i.reason.includes('own address')), JSON.stringify(aside))
	await file(desk, rawMail(head({ from: deskAddress, subject: 'A form', more: ['Reply-To: Bea <bea@form.example>'] })))
	assert.equal((await opened(desk, 'A form')).contact.address, 'bea@form.example', 'but a form of ours speaks for a person')
})

const bounce = (recipient, id) => rawMail([`From: Mail Delivery System <MAILER-DAEMON@mx.example>`, `To: ${deskAddress}`, 'Subject: Undelivered Mail', 'MIME-Version: 1.0',
	`Message-ID: <${commandId()}@mx.example>`, 'Content-Type: multipart/report; report-type=delivery-status; boundary=b'], ['--b', 'Content-Type: text/plain', '', 'It failed.', '--b', 'Content-Type: message/delivery-status', '',
	'Reporting-MTA: dns; mx.example', '', `Final-Recipient: rfc822; ${recipient}`, 'Action: failed', 'Status: 5.1.1', '', '--b', 'Content-Type: text/rfc822-headers', '', `Message-ID: ${id}`, '', '--b--'].join('\r\n'))

test('AC-106, AC-107: a bounce marks the mail that it names, a forged one nothing', async () => {
	const { ticket, id, ours } = await answered()
	await until('sent', async () => (await thread(desk, ticket.id)).messages.at(-1).delivery.state === 'sent')
	for (const forged of [ours.replace(/.@/, (c) => (c[0] === '0' ? '1@' : '0@')), '<never@studio.example>', id]) {
		await file(desk, bounce('ana@greenleaf.example', forged), { sender: '' })
		assert.equal((await thread(desk, ticket.id)).messages.find((m) => m.kind === 'out').delivery.state, 'sent', forged)
	}
	const before = [await count(), sunk(desk).length]
	await file(desk, bounce('ana@greenleaf.example', ours), { sender: '' })
	assert.equal((await thread(desk, ticket.id)).messages.find((m) => m.kind === 'out').delivery.state, 'failed')
	assert.deepEqual([await count(), sunk(desk).length], before, 'no new thread, nothing sent')
})

test('AC-108: fifty hops are a loop', async () => {
	await assert.rejects(deliver(desk.lmtp, { bytes: rawMail([...Array(51).fill('Received: from a by b; Tue, 10 Nov 2026 09:00:00 +0000'), ...head({})]) }), /554 5\.4\.6/)
})

test('AC-110, AC-111: an absence reopens nothing and counts as no answer', async () => {
	const { ticket, subject, ours } = await answered()
	assert.equal((await desk.partner.post(`/api/tickets/${ticket.id}/state`, { state: 'closed' })).status, 200)
	const before = sunk(desk).length
	for (const more of [['Auto-Submitted: auto-replied'], ['Auto-Submitted: auto-replied', 'X-Holdfast-Loop: copied'], ['Auto-Submitted: auto-replied', 'Disposition-Notification-To: <ana@greenleaf.example>', 'Return-Receipt-To: <ana@greenleaf.example>']])
		await file(desk, rawMail(head({ subject: `Automatic reply: ${subject}`, more: [`In-Reply-To: ${ours}`, ...more] }), 'I am out of office until Monday.'))
	const { ticket: row, messages } = await thread(desk, ticket.id)
	assert.deepEqual([row.state, row.clock, row.unanswered], ['closed', null, 0])
	assert.equal(messages.length, 5)
	assert.equal(sunk(desk).length, before)
})
