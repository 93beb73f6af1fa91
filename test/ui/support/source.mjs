// A scripted server: answers doc/api.md out of a scene, serves ui/dist under
// the policy that the program sends, and lets a test cause what is rare: a
// line that is cut, a thread that moved on, a stream that lost its place.
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Office } from './office.mjs'
import { Scene } from './scene.mjs'
import { Tools } from './tools.mjs'

const dist = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../ui/dist')
const types = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' }
const policy = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; frame-src 'self'; object-src 'none'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
const agency = { name: 'Northlight Studio', zone: 'Europe/Lisbon', undo_seconds: 10 }
const open = (t) => t.state !== 'closed' && t.merged_into === null
const views = {
	open: (t) => open(t) && !t.snoozed, mine: (t) => open(t) && t.assignee === 1, snoozed: (t) => open(t) && Boolean(t.snoozed), unassigned: (t) => open(t) && t.assignee === null, flagged: (t) => open(t) && t.flags.length > 0,
	waiting: (t) => t.state === 'waiting_client' && !t.snoozed, closed: (t) => t.state === 'closed', all: () => true,
}

export class Source {
	constructor({ many = 0 } = {}) {
		this.scene = new Scene(many)
		this.tools = new Tools(this)
		this.office = new Office(this)
		this.seq = 5000
		this.streams = new Set()
		this.said = []
		this.done = new Map()
		this.commands = []
		/* said by the page on its own, not by a person */
		this.passing = []
		this.cut = false
		this.signed = true
		this.conflict = null
		/* {subject, then(t)}: called once, when that thread has been read and not yet answered */
		this.whileReading = null
		this.playbook = { text: 'version: 1\ntypes:\n  status_inquiry: 30m business\n', version: 3 }
		this.calendar = { zone: agency.zone, week: { mon: [['09:00', '13:00'], ['14:00', '18:00']], tue: [['09:00', '18:00']] }, days: {}, holidays: ['2026-12-25'] }
		this.held = [{ id: 9001, at: Date.now(), from: 'broken@sender.example', to: 'desk@northlight.example', size: 18_422, reason: 'A part nests deeper than 64', attempts: 1 }]
		this.server = http.createServer((q, s) => this.answer(q, s).catch((error) => { s.statusCode = 500; s.end(String(error)) }))
	}

	async start() {
		await new Promise((done) => this.server.listen(0, '127.0.0.1', done))
		this.url = `http://127.0.0.1:${this.server.address().port}`
		return this
	}

	stop() {
		this.server.closeAllConnections?.()
		this.server.close()
	}

	row(t) {
		const client = this.scene.clients.get(t.client)
		const contact = this.scene.contacts.get(t.contact)
		const { log: _log, ...row } = t
		return {
			...row, client: { id: client.id, name: client.name, stage: client.stage }, contact: { id: contact.id, name: contact.name, address: contact.address },
			messages: this.of(t).length, has_attachments: this.of(t).some((m) => m.attachments.length > 0), preview: '',
		}
	}

	of(t) { return [...this.scene.messages.values()].filter((m) => m.ticket === t.id).sort((a, b) => a.at - b.at) }

	counts() {
		const all = [...this.scene.tickets.values()].filter((t) => t.merged_into === null)
		const tally = { seq: this.seq, quarantine: this.held.length, types: {}, members: {}, late: { types: {} } }
		for (const name of ['open', 'unassigned', 'flagged', 'waiting', 'snoozed', 'closed']) tally[name] = all.filter(views[name]).length
		for (const t of all.filter(open)) {
			tally.types[t.type] = (tally.types[t.type] ?? 0) + 1
			if (t.assignee) tally.members[t.assignee] = (tally.members[t.assignee] ?? 0) + 1
		}
		return tally
	}

	emit(event, data) {
		const said = `id: ${this.seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
		this.said.push([this.seq, said])
		for (const line of this.streams) line.write(said)
	}

	moved(t, kinds = ['changed'], actor = null) {
		this.seq++
		this.emit('ticket', { seq: this.seq, ticket: this.row(t), kinds, actor })
		this.emit('counts', this.counts())
	}

	arrive(name, subject, minutes = 10) {
		const t = this.scene.thread(name, 'Rosa Iyer', subject, 'new_brief', { due: minutes * 60_000, stage: 'provisional' })
		this.moved(t, ['mail_received'])
		return t
	}

	setCut(on) {
		this.cut = on
		if (on) for (const line of this.streams) line.destroy()
	}

	async answer(request, response) {
		const url = new URL(request.url, 'http://x')
		if (!url.pathname.startsWith('/api/')) return this.page(url.pathname, response)
		if (this.cut) return request.socket.destroy()
		const body = []
		for await (const piece of request) body.push(piece)
		const raw = Buffer.concat(body)
		const json = (status, value) => {
			response.writeHead(status, { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json', 'Cache-Control': 'no-store' })
			response.end(status === 204 ? undefined : JSON.stringify(value))
		}
		const where = url.pathname.slice(4)
		if (where === '/stream' && this.signed) return this.stream(response, Number(request.headers['last-event-id'] ?? url.searchParams.get('after')))
		if (request.method === 'GET') return this.read(where, url.searchParams, json, response)
		const id = request.headers['holdfast-command']
		if (!/^[0-9a-f]{32}$/.test(id ?? '')) return json(400, { status: 400, detail: 'The header Holdfast-Command is missing.' })
		if (!this.done.has(id)) {
			if (where === '/settings/calendar/holidays') this.done.set(id, this.office.holidays(raw.toString()))
			else if (where.endsWith('/pieces')) this.done.set(id, this.office.piece(Number(where.split('/')[2]), Number(url.searchParams.get('at')), raw))
			else if (where === '/uploads') this.done.set(id, [200, { id: this.scene.id(), name: decodeURIComponent(request.headers['holdfast-name']), type: 'application/pdf', size: raw.length }])
			else {
				const given = JSON.parse(raw.toString() || '{}')
				const told = /\/(presence|draft)$/.test(where) ? this.passing : this.commands
				told.push({ where, method: request.method, ...given })
				this.done.set(id, this.change(where, given, request.method))
			}
		}
		return json(...this.done.get(id))
	}

	page(wanted, response) {
		const file = path.join(dist, wanted)
		const found = wanted.startsWith('/assets/') && fs.existsSync(file) ? file : path.join(dist, 'index.html')
		response.writeHead(200, { 'Content-Type': types[path.extname(found)] ?? 'application/octet-stream', 'Content-Security-Policy': policy })
		response.end(fs.readFileSync(found))
	}

	/* Resumes exactly: what was said after that place is said again. */
	stream(response, after) {
		response.writeHead(200, { 'Content-Type': 'text/event-stream' })
		response.write(': hello\n\n')
		for (const [seq, said] of this.said) if (seq > after) response.write(said)
		this.streams.add(response)
		response.on('close', () => this.streams.delete(response))
	}

	read(where, q, json, response) {
		const { scene } = this
		if (where === '/session') return this.signed ? json(200, this.session()) : json(401, { status: 401, detail: 'Not signed in' })
		if (!this.signed) return json(401, { status: 401, detail: 'Not signed in' })
		const now = Date.now()
		const mine = this.tools.read(where, q) ?? this.office.read(where, q)
		if (mine) return json(...mine)
		const [, noun, id, part] = where.split('/')
		switch (noun) {
		case 'counts': return json(200, this.counts())
		case 'members': return json(200, scene.members)
		case 'tickets': return id ? this.thread(scene.tickets.get(Number(id)), json) : this.list(q, json)
		case 'promises': return json(200, { seq: this.seq, promise: scene.promises.get(Number(id)) })
		case 'clients': return id ? this.client(Number(id), json) : json(200, { seq: this.seq, next: null, clients: this.clients(q.get('q') ?? '') })
		case 'search': {
			const wrong = this.tools.wrong(q.get('q'))
			return wrong ? json(400, { type: 'about:blank', status: 400, field: 'q', ...wrong }) : json(200, { seq: this.seq, next: null, tickets: this.search(q.get('q').toLowerCase()) })
		}
		case 'quarantine': return json(200, { seq: this.seq, items: this.held })
		case 'request-types': return json(200, [{ type: 'status_inquiry', label: 'Status', icon: 'radar', clocks: [{ kind: 'first_response', target_ms: 1_800_000, calendar: 'business' }], phrases: ['where are we', 'any news', 'status of', 'how far'] }])
		case 'health': return json(200, { mail_in: { accepted: 12, last_at: now }, mail_out: { waiting: 0, failed: 1, last_sent_at: now }, sandbox: 'on', version: '0.1.0' })
		case 'settings': {
			const page = { agency, calendar: this.calendar, playbook: this.playbook, addresses: [{ id: 1, address: 'desk@northlight.example', name: 'Northlight desk', signature: '', active: true }] }[id]
			return page ? json(200, page) : json(404, { status: 404, detail: 'There is nothing here.' })
		}
		case 'messages':
			response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'" })
			return response.end(part === 'html' ? `<!doctype html><title>Mail</title>${scene.messages.get(Number(id)).html}` : '')
		default: return json(404, { status: 404, detail: 'There is nothing here.' })
		}
	}

	session() { return { member: this.scene.members[0], agency, now: Date.now(), seq: this.seq } }

	list(q, json) {
		const after = Number(q.get('after') ?? 0)
		const limit = Number(q.get('limit') ?? 50)
		const rows = [...this.scene.tickets.values()].filter((t) => t.merged_into === null).filter(views[q.get('view') ?? 'open'])
			.filter((t) => !q.get('type') || t.type === q.get('type')).filter((t) => !q.get('assignee') || t.assignee === Number(q.get('assignee')))
			.sort((a, b) => (a.clock?.due_at ?? Infinity) - (b.clock?.due_at ?? Infinity))
		json(200, { seq: this.seq, now: Date.now(), tickets: rows.slice(after, after + limit).map((t) => this.row(t)), next: after + limit < rows.length ? String(after + limit) : null })
	}

	thread(t, json) {
		if (!t) return json(404, { status: 404, detail: 'There is no such thread.' })
		const contact = this.scene.contacts.get(t.contact)
		const meanwhile = this.whileReading && t.subject.startsWith(this.whileReading.subject) ? this.whileReading : null
		if (meanwhile) this.whileReading = null
		const answer = {
			seq: this.seq, now: Date.now(), ticket: this.row(t), participants: [{ contact: contact.id, name: contact.name, address: contact.address, role: 'client' }],
			...(this.tools.without.has('audience') ? {} : { audience: this.tools.audience(t) }),
			messages: this.of(t), promises: [], log: t.log, reasons: [{ text: 'Asks where things stand', quote: 'where is', rule: 'status' }],
		}
		if (!meanwhile) return json(200, answer)
		meanwhile.then(t)
		setTimeout(() => json(200, answer), 300)
	}

	clients(q) {
		return [...this.scene.clients.values()].filter((c) => c.merged_into === null && c.name.toLowerCase().includes(q.toLowerCase())).sort((a, b) => (a.name < b.name ? -1 : 1))
			.map((c) => ({ id: c.id, name: c.name, stage: c.stage, domain: c.domain, contacts: 1, open: 1, last_at: Date.now() }))
	}

	client(id, json) {
		const tickets = [...this.scene.tickets.values()].filter((t) => t.client === id)
		json(200, {
			seq: this.seq, client: this.scene.clients.get(id), contacts: [...this.scene.contacts.values()].filter((k) => k.client === id), tickets: tickets.map((t) => this.row(t)),
			promises: [...this.scene.promises.values()].filter((p) => tickets.some((t) => t.id === p.ticket)), flags: [],
		})
	}

	search(all) {
		const q = all.replace(/-?\w+:("[^"]*"|\S*)/g, '').trim()
		const among = this.tools.find(all.slice(0, all.length).match(/-?\w+:("[^"]*"|\S*)/g)?.join(' ') ?? '')
		return among.flatMap((t) => {
			const text = [t.subject, ...this.of(t).map((m) => m.text)].find((s) => s.toLowerCase().includes(q))
			if (text === undefined) return []
			const at = text.toLowerCase().indexOf(q)
			const parts = [{ text: text.slice(0, at), hit: false }, { text: text.slice(at, at + q.length), hit: true }, { text: text.slice(at + q.length), hit: false }]
			return [{ ...this.row(t), hit: { message: null, at: t.last_at, parts } }]
		})
	}

	change(where, given, method) {
		const mine = this.office.change(where, given, method)
		if (mine) return mine
		const told = this.tools.change(where, given, method)
		if (told) return told
		const [, noun, id, verb] = where.split('/')
		if (where === '/session') {
			this.signed = method !== 'DELETE' && (given.password === 'correct horse battery' || given.token === 'good')
			return this.signed ? [200, this.session()] : method === 'DELETE' ? [204, null] : [401, { status: 401, detail: 'That address and password do not belong together.' }]
		}
		if (noun === 'tickets') return this.onTicket(this.scene.tickets.get(Number(id)), verb, given)
		if (noun === 'messages') return this.onMessage(this.scene.messages.get(Number(id)), verb)
		if (noun === 'flags') {
			const t = [...this.scene.tickets.values()].find((x) => x.flags.some((f) => f.id === Number(id)))
			t.flags = t.flags.filter((f) => f.id !== Number(id))
			return this.outcome(t)
		}
		if (noun === 'quarantine') { this.held = []; return [200, { seq: this.seq }] }
		if (noun === 'settings' && id === 'playbook') {
			if (given.text.includes('\t')) return [400, { status: 400, detail: 'A tab cannot indent: use spaces.', line: 2, column: 1 }]
			this.playbook = { text: given.text, version: this.playbook.version + 1 }
			return [200, this.playbook]
		}
		if (noun === 'settings' && id === 'calendar') { this.calendar = given; return [200, given] }
		if (noun === 'clients') { Object.assign(this.scene.clients.get(Number(id)) ?? {}, given); return [200, { seq: this.seq }] }
		return [404, { status: 404, detail: 'There is nothing here.' }]
	}

	outcome(t, more = {}) {
		this.moved(t, ['changed'], 1)
		return [200, { seq: this.seq, ticket: this.row(t), ...more }]
	}

	onTicket(t, verb, given) {
		const { scene } = this
		const now = Date.now()
		switch (verb) {
		case 'reply': {
			if (this.tools.refuses) {
				const no = this.tools.refuses
				this.tools.refuses = null
				return [no.status, no]
			}
			if (this.conflict) {
				scene.message(t, 'out', now, this.conflict, { member: 2 })
				this.conflict = null
				return [409, { status: 409, detail: 'Tomasz replied while you were writing.' }]
			}
			const message = scene.message(t, 'out', now, given.text, { delivery: given.send_at ? { state: 'scheduled', until_at: given.send_at, reason: null, cancel_on_reply: given.cancel_on_reply } : { state: 'undo', until_at: now + 10_000, reason: null } })
			if (given.send_at) return this.outcome(t, { message })
			message.before = { clock: t.clock, unanswered: t.unanswered, state: t.state }
			Object.assign(t, given.then === 'wait' ? { state: 'waiting_client' } : { clock: null }, { unanswered: 0 })
			return this.outcome(t, { message })
		}
		case 'notes': return this.outcome(t, { message: scene.message(t, 'note', now, given.text) })
		case 'calls': t.clock = given.spoke ? null : t.clock; return this.outcome(t, { message: scene.message(t, 'call', now, given.text, { call: { direction: given.direction, spoke: given.spoke } }) })
		case 'type': t.type = given.type; t.type_by = 'member'; return this.outcome(t)
		case 'assign': t.assignee = given.member; return this.outcome(t)
		case 'state': t.state = given.state; return this.outcome(t)
		case 'flags': t.flags.push({ id: scene.id(), kind: 'member', points: 5, message: null, quote: null, text: given.text, raised_at: now }); return this.outcome(t)
		case 'merge': {
			t.merged_into = given.into
			for (const m of this.of(t)) m.ticket = given.into
			this.moved(t)
			return this.outcome(scene.tickets.get(given.into))
		}
		case 'move': t.client = given.client; return this.outcome(t)
		default: return [404, { status: 404, detail: 'There is nothing here.' }]
		}
	}

	onMessage(message, verb) {
		const t = this.scene.tickets.get(message.ticket)
		if (verb === 'undo') {
			message.delivery = { state: 'undone', until_at: null, reason: null }
			Object.assign(t, message.before)
			return this.outcome(t, { text: message.text })
		}
		message.delivery = { state: 'queued', until_at: null, reason: null }
		t.undelivered = false
		return this.outcome(t)
	}
}
