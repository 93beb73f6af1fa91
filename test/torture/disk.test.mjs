// A full disk: mail is refused for now and never taken in vain, what is there
// can be read, a change is refused with words, and once there is room all goes
// on without a restart. The same for copies: a half one is not left behind.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'

import { check, compose, deliver, Desk, holdfast, rows, until } from './lib.mjs'

const megabytes = 24

// A disk of that size, or null where none can be made.
function smallDisk() {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-disk-'))
	const made = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'holdfast-test', folder], { encoding: 'utf8' })
	if (made.status === 0) return folder
	fs.rmdirSync(folder)
	return null
}

const disk = smallDisk()

// Takes all room but `kept` bytes.
function fill(kept) {
	const { bavail, bsize } = fs.statfsSync(disk)
	const file = path.join(disk, 'filler')
	const out = fs.openSync(file, 'a')
	const piece = randomBytes(64 << 10)
	for (let left = Number(bavail) * Number(bsize) - kept; left > 0;) {
		try { left -= fs.writeSync(out, piece, 0, Math.min(left, piece.length)) } catch { break }
	}
	fs.closeSync(out)
}

const free = () => fs.rmSync(path.join(disk, 'filler'), { force: true })

describe('a full disk', { skip: disk ? false : 'a small disk can be mounted by root only' }, () => {
	let desk
	let taken = 0
	let sent = 0

	before(async () => { desk = await Desk.make({ data: path.join(disk, 'data'), undo: 1 }) })
	after(async () => {
		if (desk && (!desk.running || process.env.TORTURE_SAY)) console.log(desk.process.signalCode, desk.said)
		await desk?.remove()
		if (!disk) return
		spawnSync('umount', [disk])
		fs.rmdirSync(disk)
	})

	// Random, so that nothing packs it.
	const send = async (size) => {
		const n = ++sent
		const answer = await deliver(desk.lmtp, compose({
			from: 'Ann Berg <ann@client.example>', subject: `Mail ${n}`, id: `${n}.full@client.example`, text: `Word w${n}w.`,
			attachment: { name: 'samples.bin', bytes: randomBytes(size) },
		}), 'ann@client.example')
		assert.match(answer, /^(250|4\d\d) /)
		if (answer.startsWith('2')) taken++
		return answer
	}

	const note = async (size = 20_000) => {
		const [row] = (await desk.get('/api/tickets?view=all')).tickets
		return desk.ask('POST', `/api/tickets/${row.id}/notes`, { text: `Look at this. ${randomBytes(size / 2).toString('hex')}` })
	}

	const filled = () => until('all taken mail to be filed', async () => (await desk.get('/api/health')).mail_in.waiting === 0)

	test('refuses mail for now, with 4xx', async () => {
		await send(1000)
		const row = await desk.ticket('Mail 1')
		// It is to leave while there is no room to say so.
		await desk.post(`/api/tickets/${row.id}/reply`, { text: 'Soon.', seen: row.id + 1000 })
		fill(3 << 20)
		let answer
		for (let i = 0; i < 200; i++) {
			answer = await send(200_000)
			if (answer.startsWith('4')) break
		}
		assert.match(answer, /^45\d /)
	})

	test('refuses changes, with words', async () => {
		let answer
		for (let i = 0; i < 300; i++) {
			fill(0)
			answer = await note()
			if (answer.status >= 300) break
		}
		assert.equal(answer.status, 503)
		assert.match(answer.type, /^application\/problem\+json/)
		assert.match(answer.body.detail, /disk is full/i)
		assert.equal((await desk.get('/api/health')).disk_full, true)
	})

	test('can be read', async () => {
		const { tickets } = await desk.get('/api/tickets?view=all')
		assert.ok(tickets.length > 0)
		const { messages } = await desk.get(`/api/tickets/${tickets.at(-1).id}`)
		assert.ok(messages.length > 0)
		assert.equal((await desk.ask('GET', '/api/search?q=w1w')).status, 200)
	})

	test('does not make the program busy', async () => {
		const ticks = () => fs.readFileSync(`/proc/${desk.process.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((sum, n) => sum + Number(n), 0)
		const [began, start] = [ticks(), Date.now()]
		await new Promise((resolve) => { setTimeout(resolve, 3000) })
		const share = (ticks() - began) * 10 / (Date.now() - start)
		assert.ok(share < 0.5, `${share} of a processor while it waits for room`)
	})

	test('recovers without a restart', async () => {
		const pid = desk.process.pid
		free()
		assert.match(await until('mail to be taken again', async () => { const answer = await send(1000); return answer.startsWith('2') && answer }), /^250/)
		assert.equal((await note()).status, 200)
		await filled()
		const health = await desk.get('/api/health')
		assert.equal(health.disk_full, false)
		assert.equal(health.mail_in.quarantined, 0)
		await until('the reply to leave', async () => (await desk.get('/api/health')).mail_out.waiting === 0)
		assert.equal(desk.sent().length, 1)
		assert.equal(desk.process.pid, pid)
		assert.ok(desk.running)
	})

	test('kept each mail that it took, once', async () => {
		const found = await rows(desk.data, 'SELECT count(*) AS n, count(DISTINCT r.ref) AS d FROM message_ref r JOIN message m ON m.id = r.message WHERE r.own = 1 AND m.kind = 1')
		assert.deepEqual(found, [{ n: taken, d: taken }])
		check(desk.data)
	})

	test('does not stop a start for longer than it lasts', async () => {
		fill(0)
		await desk.kill()
		desk.launch()
		// It starts, or says why not and ends: then it is started again.
		await until('a start, or an end', async () => !desk.running || fetch(`http://127.0.0.1:${desk.port}/api/setup`).then(() => true, () => false))
		if (!desk.running) assert.match(desk.said, /full|opened|disk/i)
		free()
		if (!desk.running) await desk.start()
		assert.equal((await note(1000)).status, 200)
	})

	test('leaves no half copy behind', () => {
		const copy = path.join(disk, 'copy.db')
		fill(100_000)
		const failed = holdfast('backup', copy, '--data', desk.data)
		assert.notEqual(failed.code, 0)
		assert.match(failed.out, /full/)
		assert.deepEqual(fs.readdirSync(disk).filter((name) => name.startsWith('copy')), [])
		assert.ok(desk.running)
		free()
	})

	test('leaves the workspace as it was when there is no room to restore', async () => {
		const copy = path.join(desk.folder, 'copy.db')
		const made = holdfast('backup', copy, '--data', desk.data)
		assert.equal(made.code, 0, made.out)
		const verified = holdfast('restore', '--verify', copy)
		assert.equal(verified.code, 0, verified.out)
		await desk.stop()
		const before_ = check(desk.data)
		fill(100_000)
		const failed = holdfast('restore', copy, '--data', desk.data)
		assert.notEqual(failed.code, 0)
		assert.match(failed.out, /full/)
		free()
		assert.equal(check(desk.data), before_)
		assert.deepEqual(fs.readdirSync(desk.data).filter((name) => !/^workspace\.(db|db-wal|db-shm|lock)$/.test(name)), [])
		const restored = holdfast('restore', copy, '--data', desk.data)
		assert.equal(restored.code, 0, restored.out)
		await desk.start()
		assert.equal((await desk.ask('GET', '/api/tickets')).status, 401)
	})
})
