// A small story, ended by kill -9 at the Nth write or sync of any thread, for
// one N after another. It goes on where it stopped: what had no answer is asked
// again. Whatever N, the end is the same.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'

import { check, compose, deliver, Desk, full, holdfast, rows, until, within } from './lib.mjs'

// Each list ends early when the story ends before the kill.
const upTo = (limit, step) => Array.from({ length: Math.ceil(limit / step) }, (_, i) => 1 + i * step)
const places = full
	? { fdatasync: upTo(60, 1), pwrite64: upTo(600, 5) }
	: { fdatasync: [1, 2, 4, 6], pwrite64: [5, 40, 90] }

const skip = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0 ? false : 'nothing can be traced here'

const from = (n) => `ann${n}@client.example`
const mail = (n, answers = null) => compose({ from: from(n), subject: `Mail ${n}`, id: `${n}.story@client.example`, answers, text: `Word ${n}.` })

class Story {
	constructor(desk) {
		this.desk = desk
		this.answers = []
	}

	// Until it has an answer, whatever ends meanwhile.
	async insist(act) {
		for (let tries = 0; tries < 5; tries++) {
			if (!this.desk.running) await this.desk.start()
			try {
				const answer = await act()
				if (answer !== null) return answer
			} catch (error) {
				if (this.desk.running && !await within(5000, this.desk.gone)) throw error
			}
		}
		throw new Error('never an answer')
	}

	async mail(n, answers) {
		const answer = await this.insist(async () => {
			const said = await deliver(this.desk.lmtp, mail(n, answers), from(n))
			if (said === null) await within(5000, this.desk.gone)
			return said
		})
		assert.match(answer, /^250/)
		return this.insist(() => this.desk.ticket(answers ? 'Mail 1' : `Mail ${n}`))
	}

	async command(target, body) {
		const id = randomBytes(16).toString('hex')
		const answer = await this.insist(() => this.desk.post(target, body, id))
		this.answers.push({ target, body, id, message: answer.message?.id, ticket: answer.ticket.id })
		return answer
	}

	async tell() {
		await this.insist(() => this.desk.answers().then(() => true))
		await this.insist(() => this.desk.setUp().then(() => true))
		await this.insist(() => this.desk.setUndo(0))
		const one = await this.mail(1)
		const two = await this.mail(2)
		await this.command(`/api/tickets/${one.id}/notes`, { text: 'Ask the studio.' })
		const { messages } = await this.insist(() => this.desk.get(`/api/tickets/${one.id}`))
		await this.command(`/api/tickets/${one.id}/reply`, { text: 'Done by Friday.', seen: messages.at(-1).id, then: 'wait' })
		await this.insist(() => until('the reply to leave or to be marked', async () => {
			const now = (await this.desk.get(`/api/tickets/${one.id}`)).messages.find((message) => message.kind === 'out')
			return ['sent', 'sending'].includes(now.delivery.state)
		}))
		await this.mail(3, '1.story@client.example')
		await this.command(`/api/tickets/${two.id}/assign`, { member: this.desk.member })
		await this.command(`/api/tickets/${two.id}/state`, { state: 'closed', reason: null })
		for (const { target, body, id, message, ticket } of this.answers) {
			const again = await this.insist(() => this.desk.post(target, body, id))
			assert.deepEqual([again.message?.id, again.ticket.id], [message, ticket], 'the first answer again')
		}
		return [one.id, two.id]
	}
}

async function prove(desk, [one, two]) {
	const count = async (what) => (await rows(desk.data, `SELECT count(*) AS n FROM ${what}`))[0].n
	assert.equal(await count('message WHERE kind = 1'), 3, 'three mails in')
	assert.equal(await count('message WHERE kind = 2'), 1, 'one reply')
	assert.equal(await count('message WHERE kind = 3'), 1, 'one note')
	assert.equal(await count(`message WHERE ticket = ${one}`), 4)
	assert.equal(await count(`message WHERE ticket = ${two}`), 1)
	assert.equal(await count('member'), 1)
	const [{ delivery }] = await rows(desk.data, 'SELECT delivery FROM message WHERE kind = 2')
	const copies = desk.sent().length
	// Under way when the program ended: whether it left is not known.
	if (delivery === 3) assert.ok(copies <= 1)
	else assert.deepEqual([delivery, copies], [4, 1])
	check(desk.data)
	const rebuilt = holdfast('rebuild', '--data', desk.data)
	assert.equal(rebuilt.code, 0, rebuilt.out)
	check(desk.data)
}

// Whether the kill came before the end.
async function once(call, when) {
	const desk = await Desk.plan()
	try {
		const before = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${when}`]
		const tracer = desk.launch({ before })
		const ids = await new Story(desk).tell()
		const killed = desk.process !== tracer
		// Without the tracer's, which would be told to stop in its place.
		if (!killed) {
			process.kill(desk.traced(), 'SIGTERM')
			await desk.gone
		} else {
			await desk.stop()
		}
		await prove(desk, ids)
		return killed
	} catch (error) {
		error.message += ` (${call} ${when}; it said: ${desk.said.slice(-1000)})`
		throw error
	} finally {
		await desk.remove()
	}
}

for (const [call, whens] of Object.entries(places)) {
	test(`killed at a ${call}`, { skip, timeout: full ? 40 * 60_000 : 4 * 60_000 }, async (t) => {
		let kills = 0
		for (const when of whens) {
			if (!await once(call, when)) break
			kills++
		}
		t.diagnostic(`${kills} kills`)
		assert.ok(kills >= 3, `${kills} kills`)
	})
}
