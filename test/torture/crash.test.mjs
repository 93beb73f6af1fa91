// kill -9 at random points under load. What was answered stays answered: mail
// that got 250 is there once, a command that got 2xx is there once and gives
// its first answer again, a reply leaves at least once and never twice unless
// it says so; and every start is a start without help.
//
// TORTURE_KILLS kills in rounds of ten, each in a workspace of its own. A round
// prints its seed; TORTURE_SEED=N TORTURE_KILLS=10 runs that round again.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { test } from 'node:test'

import { check, compose, Desk, dice, Feeder, full, holdfast, late, newSeed, rows, sleep, until, within } from './lib.mjs'

const kills = Number(process.env.TORTURE_KILLS ?? (full ? 100 : 10))
const feeders = 4
const agents = 3
const killsARound = 10

// Several mail servers' queues: each mail is sent until it has its 250.
class Mails {
	constructor(desk, seed) {
		this.desk = desk
		this.name = `m${seed.toString(36)}`
		this.queued = []
		this.accepted = []
		this.refused = []
		this.count = 0
	}

	make(roll) {
		const n = ++this.count
		const client = roll.below(6)
		const mail = {
			id: `${this.name}.${n}@client${client}.example`, from: `person${roll.below(3)}@client${client}.example`,
			word: `${this.name}x${n}z`, tries: 0,
		}
		const known = roll() < 0.4 && this.accepted.length > 0 ? roll.of(this.accepted).id : null
		mail.raw = compose({ from: mail.from, subject: `Question ${mail.word}`, id: mail.id, answers: known, text: `Where is our batch? ${mail.word}\r\n` })
		return mail
	}

	async feed(roll, load) {
		let feeder = null
		while (load.on) {
			const mail = this.queued.pop() ?? this.make(roll)
			if (!feeder || feeder.ended) feeder = new Feeder(this.desk.lmtp)
			mail.tries++
			const answer = await feeder.send(mail.raw, mail.from)
			if (answer?.startsWith('2')) this.accepted.push(mail)
			else this.queued.push(mail)
			if (answer?.startsWith('5')) this.refused.push(answer)
			if (!answer) {
				feeder.close()
				feeder = null
				await sleep(5)
			}
		}
		feeder?.close()
	}

	async drain() {
		await until('all mail to be taken', async () => {
			for (const mail of this.queued.splice(0)) {
				const feeder = new Feeder(this.desk.lmtp)
				const answer = await feeder.send(mail.raw, mail.from)
				feeder.close();
				(answer?.startsWith('2') ? this.accepted : this.queued).push(mail)
			}
			return this.queued.length === 0
		})
	}
}

// The part of an answer that must be the same whenever it is asked for.
const first = ({ status, body }) => ({ status: status < 300, ticket: body.ticket?.id, message: body.message?.id })

// Browsers: each command is asked until it has an answer, under one id.
class Commands {
	constructor(desk, seed) {
		this.desk = desk
		this.name = `c${seed.toString(36)}`
		this.open = []
		this.answered = []
		this.count = 0
	}

	async make(roll) {
		const { tickets } = await this.desk.get('/api/tickets?view=all&limit=50')
		if (tickets.length === 0) return null
		const row = roll.of(tickets)
		const word = `${this.name}x${++this.count}z`
		const at = `/api/tickets/${row.id}`
		const kind = roll.of(['reply', 'reply', 'notes', 'assign', 'state', 'undo', 'flags'])
		const command = { id: randomBytes(16).toString('hex'), kind, word, target: `${at}/${kind}`, tries: 0 }
		const last = this.answered.filter((one) => one.kind === 'reply' && one.answer.status).pop()
		if (kind === 'reply') {
			const { messages } = await this.desk.get(at)
			command.body = { text: `Soon. ${word}`, seen: messages.at(-1).id, then: roll.of([null, 'wait', 'close']) }
		} else if (kind === 'notes' || kind === 'flags') {
			command.body = { text: `Ask the studio. ${word}` }
		} else if (kind === 'assign') {
			command.body = { member: row.assignee === null ? this.desk.member : null }
		} else if (kind === 'state') {
			command.body = { state: row.state === 'closed' ? 'open' : 'closed', reason: null }
		} else if (last) {
			Object.assign(command, { target: `/api/messages/${last.answer.message}/undo`, body: {}, undoes: last.answer.message })
		} else {
			return null
		}
		return command
	}

	async ask(command) {
		command.tries++
		const answer = await this.desk.ask('POST', command.target, command.body, command.id).catch(() => null)
		if (!answer || answer.status >= 500) return false
		assert.ok(answer.status < 300 || answer.status === 409 || answer.status === 404, `${command.target}: ${answer.status} ${JSON.stringify(answer.body)}`)
		if (!command.answer) {
			command.answer = first(answer)
			this.answered.push(command)
		} else if (command.answer.status) {
			// Of a repeated undo the ticket is told, and that it was done.
			assert.deepEqual(first(answer), command.answer, `the first answer of ${command.kind} ${command.id} again`)
		}
		return true
	}

	async act(roll, load) {
		while (load.on) {
			let command = this.open.pop()
			if (!command && roll() < 0.15 && this.answered.length) command = roll.of(this.answered)
			command ??= await this.make(roll).catch(() => null)
			if (command && !await this.ask(command)) {
				if (!command.answer) this.open.push(command)
				await sleep(5)
			}
			if (!command) await sleep(5)
		}
	}

	async drain() {
		await until('all commands to be answered', async () => {
			for (const command of this.open.splice(0)) {
				if (!await this.ask(command)) this.open.push(command)
			}
			return this.open.length === 0
		})
	}
}

function loadOf(desk, mails, commands, seed) {
	const load = { on: true, work: [] }
	for (let i = 0; i < feeders; i++) load.work.push(mails.feed(dice(seed * 31 + i), load))
	for (let i = 0; i < agents; i++) load.work.push(commands.act(dice(seed * 37 + i), load))
	return load
}

// One kill; the load goes on over it.
async function killOnce(desk, roll) {
	const what = roll()
	if (what < 0.15) {
		// In the middle of a start.
		await desk.kill()
		desk.launch()
		await sleep(roll.below(120))
		await desk.kill()
		return 'in a start'
	}
	await sleep(20 + roll.below(400))
	if (what < 0.75) {
		await desk.kill()
		return 'the program'
	}
	const { zygote, workers } = desk.jail()
	if (what < 0.9 && workers.length > 0) {
		await desk.kill(roll.of(workers))
		return 'a parser'
	}
	// It cannot make another: it ends, and whoever supervises starts it again.
	await desk.kill(zygote)
	const end = await within(60_000, desk.gone)
	assert.equal(end?.code, 75, `without its jail the program ends to be started again: ${desk.said}`)
	return 'the jail'
}

async function waits(desk) {
	const { mail_in: incoming, mail_out: outgoing } = await desk.get('/api/health')
	return incoming.waiting + outgoing.waiting
}

// What was under way when the program died is tried again late: in its time.
async function settle(desk) {
	for (const hours of [1, 2, 3, 4]) {
		const counts = () => rows(desk.data, 'SELECT count(*) AS n FROM message WHERE kind = 2 AND delivery IN (1, 2)')
		await until('mail to be filed and sent', async () => (await desk.get('/api/health')).mail_in.waiting === 0 && (await counts())[0].n === 0)
		if (await waits(desk) === 0) return
		await desk.stop()
		await desk.start({ env: late(hours * 3600) })
		await until('mail under way to be tried again', async () => (await rows(desk.data,
			'SELECT count(*) AS n FROM message WHERE kind = 2 AND delivery IN (1, 2, 3) OR delivery IN (5, 6) AND'
			+ ` until_at < (unixepoch() + ${hours * 3600}) * 1000`))[0].n === 0)
	}
	assert.equal(await waits(desk), 0, 'nothing waits any more')
}

async function mailIsThereOnce(desk, mails) {
	const found = new Map((await rows(desk.data, 'SELECT r.ref AS id, count(*) AS n FROM message_ref r JOIN message m ON m.id = r.message'
		+ ' WHERE r.own = 1 AND m.kind = 1 GROUP BY r.ref')).map(({ id, n }) => [id, n]))
	for (const mail of mails.accepted) assert.equal(found.get(mail.id) ?? 0, 1, `mail ${mail.id} is there once`)
	assert.equal(found.size, mails.accepted.length, 'and no other')
}

// What was kept under way has its place in the history of its ticket.
const markedText = "SELECT e.subject AS ticket, count(*) AS n FROM event e JOIN content c ON c.event = e.seq WHERE c.slot = 16"
	+ " AND CAST(c.text AS TEXT) LIKE 'The program stopped%' GROUP BY e.subject"

async function commandsAreThereOnce(desk, commands) {
	const texts = await rows(desk.data, 'SELECT m.id, m.kind, m.delivery, m.ticket, m.attempts, CAST(c.text AS TEXT) AS text FROM message m'
		+ ' JOIN content c ON c.event = m.id AND c.slot = 6 WHERE m.kind IN (2, 3)')
	const flagged = new Map((await rows(desk.data, 'SELECT CAST(c.text AS TEXT) AS text, count(*) AS n FROM event e'
		+ ' JOIN content c ON c.event = e.seq AND c.slot = 6 WHERE e.kind = 61 GROUP BY 1')).map(({ text, n }) => [text.split(' ').pop(), n]))
	const byWord = new Map()
	for (const row of texts) {
		const word = row.text.split(' ').pop()
		byWord.set(word, [...(byWord.get(word) ?? []), row])
	}
	for (const command of commands.answered) {
		const done = command.answer.status
		if (command.kind === 'flags') assert.equal(flagged.get(command.word) ?? 0, done ? 1 : 0, `flag ${command.word}`)
		if (command.kind !== 'reply' && command.kind !== 'notes') continue
		const there = byWord.get(command.word) ?? []
		assert.equal(there.length, done ? 1 : 0, `${command.kind} ${command.word} is there as answered`)
		if (done) assert.equal(there[0].id, command.answer.message)
	}
	return byWord
}

async function repliesLeft(desk, commands, byWord) {
	const marked = new Map((await rows(desk.data, markedText)).map(({ ticket, n }) => [ticket, n]))
	const undone = new Set(commands.answered.filter((one) => one.undoes && one.answer.status).map((one) => one.undoes))
	const copies = new Map()
	for (const raw of desk.sent()) {
		const word = new RegExp(`\\b${commands.name}x\\d+z\\b`).exec(raw)[0]
		copies.set(word, (copies.get(word) ?? 0) + 1)
	}
	const states = { sent: 4, failed: 7, undone: 8 }
	for (const command of commands.answered) {
		if (command.kind !== 'reply' || !command.answer.status) continue
		const [row] = byWord.get(command.word)
		const sent = copies.get(command.word) ?? 0
		if (undone.has(row.id)) {
			assert.equal(row.delivery, states.undone, `${command.word} was undone`)
			assert.equal(sent, 0, `${command.word} was undone and did not leave`)
		} else if (row.delivery === states.sent) {
			assert.ok(sent >= 1, `${command.word} left`)
			assert.ok(sent === 1 || (row.attempts === sent && marked.get(row.ticket) >= sent - 1), `${command.word} left ${sent} times, unmarked`)
		} else {
			assert.equal(row.delivery, states.failed, `${command.word} left or failed visibly`)
		}
	}
}

async function round(seed, count, t) {
	const roll = dice(seed)
	const desk = await Desk.make({ undo: 1 })
	const mails = new Mails(desk, seed)
	const commands = new Commands(desk, seed)
	const load = loadOf(desk, mails, commands, seed)
	const killed = {}
	try {
		for (let i = 0; i < count; i++) {
			const what = await killOnce(desk, roll)
			killed[what] = (killed[what] ?? 0) + 1
			if (!desk.running) await desk.start()
		}
		await sleep(300)
		load.on = false
		await Promise.all(load.work)
		await mails.drain()
		await commands.drain()
		for (const command of commands.answered) await commands.ask(command)
		// A mail whose parser was shot is set aside; a person has it read again.
		const { items } = await desk.get('/api/quarantine')
		for (const item of items) await desk.post(`/api/quarantine/${item.id}/retry`)
		await settle(desk)
		assert.deepEqual(mails.refused, [])
		assert.deepEqual((await desk.get('/api/quarantine')).items, [])
		await mailIsThereOnce(desk, mails)
		await repliesLeft(desk, commands, await commandsAreThereOnce(desk, commands))
		await desk.stop()
		check(desk.data)
		const rebuilt = holdfast('rebuild', '--data', desk.data)
		assert.equal(rebuilt.code, 0, rebuilt.out)
		t.diagnostic(`seed ${seed}: ${JSON.stringify(killed)}; ${mails.accepted.length} mails, ${commands.answered.length} commands; ${check(desk.data).split('\n')[1]}`)
	} catch (error) {
		load.on = false
		error.message += `\n(TORTURE_SEED=${seed} TORTURE_KILLS=${count}; ${path.basename(desk.data)} said: ${desk.said.slice(-2000)})`
		throw error
	} finally {
		load.on = false
		if (desk.running) await desk.kill()
		await Promise.all(load.work)
		if (!process.env.TORTURE_KEEP) await desk.remove()
	}
}

test(`${kills} kills under load`, { timeout: full ? 50 * 60_000 : 5 * 60_000 }, async (t) => {
	const seed = newSeed()
	for (let done = 0, i = 0; done < kills; done += killsARound, i++) {
		await t.test(`round ${i + 1}, seed ${seed + i}`, (inner) => round(seed + i, Math.min(killsARound, kills - done), inner))
	}
})
