// The whole program with an agency in it, and a signed-in member.

import { spawn } from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

import { eventually, freePort } from './postfix.mjs'

export const program = path.resolve(process.env.HOLDFAST ?? 'build/release/holdfast')

const always = [['00:00', '24:00']]
const week = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, always]))

async function ask(desk, method, path_, body) {
	const headers = { ...(desk.cookie ? { Cookie: desk.cookie } : {}) }
	if (body !== undefined) {
		headers['Content-Type'] = 'application/json'
		headers['Holdfast-Command'] = crypto.randomBytes(16).toString('hex')
	}
	const response = await fetch(desk.url + path_, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
	const cookie = response.headers.get('set-cookie')
	if (cookie) desk.cookie = cookie.split(';')[0]
	const text = await response.text()
	if (!response.ok) throw new Error(`${method} ${path_}: ${response.status} ${text}`)
	return text ? JSON.parse(text) : undefined
}

// Starts it with more settings, such as { smtp: 'smtp://127.0.0.1:25' }. The
// desk takes mail for desk@agency.example around the clock.
export async function startDesk(settings = {}, env = {}) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-desk-'))
	const [http, lmtp] = [await freePort(), await freePort()]
	const all = { data: path.join(folder, 'data'), http: `127.0.0.1:${http}`, lmtp: `127.0.0.1:${lmtp}`, host: 'desk.example', ...settings }
	const words = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value])
	let child, gone
	const launch = async () => {
		child = spawn(program, ['serve', ...words], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } })
		const mine = child
		gone = new Promise((resolve) => { mine.once('exit', (code, signal) => resolve({ code, signal })) })
		await eventually(() => fetch(desk.url).then(() => true, () => false), 'the desk answers')
	}
	const desk = {
		url: `http://127.0.0.1:${http}`,
		lmtp,
		folder,
		data: all.data,
		get: (path_) => ask(desk, 'GET', path_),
		post: (path_, body = {}) => ask(desk, 'POST', path_, body),
		put: (path_, body) => ask(desk, 'PUT', path_, body),
		patch: (path_, body) => ask(desk, 'PATCH', path_, body),
		// The ticket with that subject, once it is there.
		ticket: (subject) => eventually(async () => (await ask(desk, 'GET', '/api/tickets?view=all'))
			.tickets.find((row) => row.subject === subject), `the ticket "${subject}"`),
		get pid() { return child.pid },
		// Without a chance to tidy up; `again` starts it on what is there.
		kill: () => { child.kill('SIGKILL'); return gone },
		halt: () => { child.kill('SIGTERM'); return gone },
		again: launch,
		stop: async () => {
			child.kill('SIGTERM')
			const end = await gone
			fs.rmSync(folder, { recursive: true, force: true })
			return end
		},
	}
	await launch()
	await desk.post('/api/setup', {
		agency: 'Lumen Retouch', name: 'Mara Lind', address: 'mara@agency.example', password: 'a long enough secret',
		desk_address: 'desk@agency.example', zone: 'Europe/Berlin', week,
	})
	await desk.put('/api/settings/agency', { name: 'Lumen Retouch', zone: 'Europe/Berlin', undo_seconds: 0 })
	return desk
}
