// Holidays by file: they join the calendar, and what is owed falls due anew.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Desk, until } from './lib.mjs'

const year = new Date().getUTCFullYear() + 1
const ics = (...events) => ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Example//Holidays//EN',
	...events.flatMap(([date, name, more = []]) => ['BEGIN:VEVENT', `UID:${date}@example.com`, 'DTSTAMP:20260101T000000Z', `DTSTART;VALUE=DATE:${date}`, `SUMMARY:${name}`, ...more, 'END:VEVENT']),
	'END:VCALENDAR', ''].join('\r\n')
const put = (visitor, text) => visitor.ask('POST', '/api/settings/calendar/holidays', { raw: text, headers: { 'Content-Type': 'text/calendar' } })

test('holidays of a file join the calendar once', async () => {
	const owner = await Desk.start()
	const { partner } = owner
	const first = await put(partner, ics([`${year}0101`, 'New Year'], [`${year}1225`, 'Christmas Day']))
	assert.equal(first.status, 200, first.text)
	assert.deepEqual(first.body.added, [{ date: `${year}-01-01`, name: 'New Year' }, { date: `${year}-12-25`, name: 'Christmas Day' }])
	assert.deepEqual(first.body.calendar.holidays, [`${year}-01-01`, `${year}-12-25`])
	const again = await put(partner, ics([`${year}1225`, 'Christmas Day'], [`${year}1226`, 'Boxing Day']))
	assert.deepEqual(again.body.added, [{ date: `${year}-12-26`, name: 'Boxing Day' }])
	const shown = (await partner.get('/api/settings/calendar')).body
	assert.deepEqual(shown.holidays, [`${year}-01-01`, `${year}-12-25`, `${year}-12-26`])
	assert.deepEqual(shown.week, first.body.calendar.week)
	const bad = await put(partner, 'this is no calendar')
	assert.equal(bad.status, 400)
	assert.equal(bad.body.field, 'holidays')
	const agent = await owner.agent()
	assert.equal((await put(agent, ics([`${year}0101`, 'x']))).status, 403)
	await owner.stop()
})

test('what is owed falls due anew', async () => {
	const owner = await Desk.start()
	const { partner } = owner
	const before = await owner.receive()
	assert.ok(before.clock.due_at)
	// Every day of this year and the next is a holiday.
	const all = []
	for (let at = Date.UTC(year - 1, 0, 1); at < Date.UTC(year, 5, 1); at += 86_400_000)
		all.push([new Date(at).toISOString().slice(0, 10).replaceAll('-', ''), 'Closed'])
	const closed = await put(partner, ics(...all))
	assert.equal(closed.status, 200, closed.text)
	await until('the clock to move', async () => {
		const { ticket } = (await partner.get(`/api/tickets/${before.id}`)).body
		return ticket.clock.due_at > Date.UTC(year, 4, 31)
	})
	await owner.stop()
})
