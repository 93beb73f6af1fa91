// The desk's tools of the scripted source (doc/api.md, "Brands" to "Snooze"):
// audience, canned replies, drafts, presence, moments, views, jobs, keys.
const HOUR = 3_600_000
const ok = (value) => [200, value]
const none = [404, { type: 'about:blank', status: 404, detail: 'There is nothing here.' }]
const refuse = (status, detail, more = {}) => [status, { type: 'about:blank', status, detail, ...more }]

export class Tools {
	constructor(source) {
		this.source = source
		this.canned = [
			{ id: 1, name: 'Thanks, we look into it', shortcut: 'thanks', text: 'Hello {{contact.first_name}},\n\nthank you, we look into it.\n\n{{me.name}}', brand: null, shared: 'all' },
			{ id: 2, name: 'You have it by', shortcut: 'by', text: 'Hello {{contact.first_name}}, you have it by {{due}}.', brand: null, shared: 'mine' },
		]
		this.drafts = new Map()
		this.presence = new Map()
		this.views = []
		this.keys = {}
		this.jobs = new Map()
		this.suggested = []
		/* {name, status}: routes that this server has not, as an older one */
		this.without = new Set()
		/* address -> 'vendor' | 'other_client' | 'suppressed' */
		this.odd = new Map()
		this.copied = new Map()
		/* how a reply is refused next: [status, problem] */
		this.refuses = null
		/* ticket -> why a job leaves it alone */
		this.stubborn = new Map()
	}

	/* What the record of a thread says of its readers. */
	audience(t) {
		const contact = this.source.scene.contacts.get(t.contact)
		const person = (p) => ({ contact: p.id ?? null, name: p.name, address: p.address, role: this.odd.get(p.address) === 'vendor' ? 'vendor' : this.odd.get(p.address) === 'other_client' ? 'other_client' : 'client', suppressed: this.odd.get(p.address) === 'suppressed' })
		const cc = (this.copied.get(t.id) ?? []).map((p) => ({ ...person(p), role: this.odd.get(p.address) ?? 'cc' })).map((p) => (p.role === 'suppressed' ? { ...p, role: 'cc' } : p))
		const changes = cc.map((p) => ({ address: p.address, name: p.name, what: this.odd.get(p.address) ?? 'added' }))
		const newest = this.source.of(t).at(-1)?.id ?? 0
		return { to: [person(contact)], cc, changed: changes.length > 0, changes, newest }
	}

	/* Null: not one of ours. */
	read(where, q) {
		const [, noun, id, part] = where.split('/')
		const name = noun === 'tickets' && part ? part : noun
		if (this.without.has(name)) return [405, { status: 405, detail: 'Not here.' }]
		const { source } = this
		switch (name) {
		case 'canned': return ok({ seq: source.seq, canned: this.canned })
		case 'draft': return ok({ draft: this.drafts.get(Number(id)) ?? null })
		case 'presence': return ok({ presence: [...this.presence].map(([ticket, members]) => ({ ticket, members })) })
		case 'moments': return this.moments(q.get('text') ?? '')
		case 'suggestions': return ok({ seq: source.seq, suggestions: this.suggested.filter((s) => s.for === Number(id)).map((s) => ({ ticket: source.row(source.scene.tickets.get(s.ticket)), why: s.why })) })
		case 'views': return ok(id === 'counts' ? { seq: source.seq, counts: Object.fromEntries(this.views.map((v) => [v.id, this.find(v.query).length])) } : { seq: source.seq, views: this.views })
		case 'bulk': return this.jobs.has(Number(id)) ? ok({ seq: source.seq, job: this.jobs.get(Number(id)) }) : none
		case 'session': return id === 'keys' ? ok({ keys: this.keys }) : null
		case 'tickets':
			if (id === 'count') return ok({ seq: source.seq, count: Math.min(10_000, this.find(q.get('q')).length) })
			if (id === undefined && q.has('q')) return this.list(q)
			return null
		default: return null
		}
	}

	list(q) {
		const found = this.find(q.get('q'))
		const { order = 'due' } = { order: q.get('order') ?? undefined }
		const due = (t) => t.clock?.due_at ?? Infinity
		found.sort((a, b) => (order === 'due' ? due(a) - due(b) : order === 'newest' ? b.last_at - a.last_at : a.last_at - b.last_at))
		const after = Number(q.get('after') ?? 0)
		const limit = Number(q.get('limit') ?? 50)
		return ok({ seq: this.source.seq, now: Date.now(), tickets: found.slice(after, after + limit).map((t) => this.source.row(t)), next: after + limit < found.length ? String(after + limit) : null })
	}

	/* Enough of the search words for the screens: null when one is not known. */
	find(text, from = [...this.source.scene.tickets.values()].filter((t) => t.merged_into === null)) {
		const words = text.match(/-?\w+:"[^"]*"|"[^"]*"|\S+/g) ?? []
		return from.filter((t) => words.every((w) => {
			const not = w.startsWith('-')
			const m = /^-?(\w+):"?([^"]*)"?$/.exec(w)
			const told = m ? this.holds(t, m[1], m[2]) : this.text(t).includes(w.replace(/^-|"/g, '').toLowerCase())
			return not ? !told : told
		}))
	}

	text(t) { return [t.subject, ...this.source.of(t).map((m) => m.text)].join('\n').toLowerCase() }

	holds(t, operator, value) {
		const { scene } = this.source
		switch (operator) {
		case 'is': return { open: t.state !== 'closed', closed: t.state === 'closed', waiting: t.state === 'waiting_client', flagged: t.flags.length > 0, unassigned: t.state !== 'closed' && t.assignee === null, snoozed: Boolean(t.snoozed), mine: t.assignee === 1, late: (t.clock?.due_at ?? Infinity) < Date.now(), following: (t.followers ?? []).includes(1) }[value] ?? false
		case 'owner': return value === 'none' ? t.assignee === null : value === 'me' ? t.assignee === 1 : scene.members.find((m) => m.id === t.assignee)?.name.toLowerCase().startsWith(value.toLowerCase()) ?? false
		case 'type': return t.type === value
		case 'client': return scene.clients.get(t.client).name.toLowerCase().startsWith(value.toLowerCase())
		case 'subject': return t.subject.toLowerCase().includes(value.toLowerCase())
		default: return true
		}
	}

	/* The first word that is no operator of ours, with its place. */
	wrong(text) {
		for (const m of text.matchAll(/(?:^|\s)-?(\w+):("[^"]*"|\S*)/g)) {
			const start = m.index + m[0].length - m[0].trimStart().length
			if (!['is', 'owner', 'type', 'client', 'subject', 'from', 'to', 'brand', 'has', 'before', 'after', 'due'].includes(m[1])) return { start, end: start + m[0].trim().length, detail: `There is no “${m[1]}:” to search by.` }
			if (m[1] === 'is' && !/^(open|closed|waiting|flagged|late|unassigned|snoozed|following|mentioned|undelivered|merged|mine)$/.test(m[2])) return { start, end: start + m[0].trim().length, detail: `A thread is never “${m[2]}”.` }
		}
		return null
	}

	moments(text) {
		const now = Date.now()
		if (text === '') return ok({ moments: [{ at: now + 3 * HOUR, label: 'In 3 hours' }, { at: now + 24 * HOUR, label: 'Tomorrow' }, { at: now + 96 * HOUR, label: 'Next week' }] })
		const m = /^in (\d+) days?$/.exec(text)
		if (m) return ok({ moments: [{ at: now + Number(m[1]) * 24 * HOUR, label: `In ${m[1]} days` }] })
		if (/^tom/.test(text)) return ok({ moments: [{ at: now + 24 * HOUR, label: 'Tomorrow 09:00' }] })
		return refuse(400, 'No moment to come is meant by that.', { field: 'text' })
	}

	/* Null: not one of ours. */
	change(where, given, method) {
		const [, noun, id, part, person] = where.split('/')
		const name = noun === 'tickets' && part ? part : noun
		if (this.without.has(name)) return [405, { status: 405, detail: 'Not here.' }]
		const { source } = this
		const t = noun === 'tickets' ? source.scene.tickets.get(Number(id)) : null
		switch (name) {
		case 'canned': {
			const c = this.canned.find((x) => x.id === Number(id))
			return part === 'preview' ? this.preview(c, source.scene.tickets.get(given.ticket)) : null
		}
		case 'draft': return this.draft(Number(id), given, method, 1)
		case 'presence': return [204, null]
		case 'snooze': t.snoozed = given.until_at === null ? null : { until_at: given.until_at, by: 1, note: given.note }; return source.outcome(t, { running: [] })
		case 'follow': t.followers = given.following ? [1] : []; return source.outcome(t)
		case 'participants': this.odd.set(source.scene.contacts.get(Number(person))?.address, given.role); return source.outcome(t)
		case 'views': return this.view(id === undefined ? null : Number(id), given, method)
		case 'bulk': return part === 'undo' ? this.undo(this.jobs.get(Number(id))) : this.bulk(given)
		case 'session': if (id === 'keys') { this.keys = given.keys; return ok({ keys: this.keys }) } return null
		case 'messages': {
			if (part !== 'send-now') return null
			const m = source.scene.messages.get(Number(id))
			m.delivery = { state: 'undo', until_at: Date.now() + 10_000, reason: null }
			return source.outcome(source.scene.tickets.get(m.ticket), { message: m })
		}
		default: return null
		}
	}

	preview(c, t) {
		const contact = this.source.scene.contacts.get(t.contact)
		const known = { 'contact.first_name': contact.name.split(' ')[0], 'me.name': 'Ines Duarte' }
		const missing = []
		const text = c.text.replace(/\{\{([\w.]+)\}\}/g, (all, name) => known[name] ?? (missing.push(name), all))
		return ok({ text, missing })
	}

	draft(ticket, given, method, member) {
		const before = this.drafts.get(ticket)
		if (method === 'DELETE') { this.drafts.delete(ticket); return [204, null] }
		if (before && before.member !== member && !given.take) return refuse(409, 'Somebody else writes it.', { type: 'held' })
		if (!given.take && before && before.version !== given.version) return refuse(409, 'It has changed elsewhere.', { type: 'moved_on' })
		const { take: _take, ...rest } = given
		const draft = { ...rest, member, at: Date.now(), version: (before?.version ?? 0) + 1, attachments: given.attachments ?? [] }
		this.drafts.set(ticket, draft)
		return ok({ draft })
	}

	/* Another member writes: what the stream says of it. */
	writes(ticket, member, text, ready = false) {
		this.draft(ticket, { text, html: null, to: null, cc: null, attachments: [], kind: 'reply', version: this.drafts.get(ticket)?.version ?? 0, take: true, ready }, 'PUT', member)
		const { member: by, at } = this.drafts.get(ticket)
		this.source.emit('draft', { ticket, draft: { member: by, at, ready } })
	}

	stands(ticket, members) {
		this.presence.set(ticket, members)
		this.source.emit('presence', { ticket, members })
	}

	view(id, given, method) {
		if (method === 'DELETE') { this.views = this.views.filter((v) => v.id !== id); return [204, null] }
		const wrong = given.query === undefined ? null : this.wrong(given.query)
		if (wrong) return refuse(400, wrong.detail, { field: 'query', ...wrong })
		if (id === null) {
			const view = { order: 'due', shared: 'mine', members: [], owner: 1, position: this.views.length + 1, ...given, id: this.source.scene.id() }
			this.views.push(view)
			return ok({ seq: this.source.seq, view })
		}
		const view = this.views.find((v) => v.id === id)
		Object.assign(view, given)
		return ok({ seq: this.source.seq, view })
	}

	apply(t, act) {
		if (act.kind === 'assign') t.assignee = act.member
		else if (act.kind === 'state') t.state = act.state
		else if (act.kind === 'type') t.type = act.type
		else if (act.kind === 'snooze') t.snoozed = act.until_at ? { until_at: act.until_at, by: 1, note: '' } : null
		else if (act.kind === 'follow') t.followers = [1]
		else t.flags = []
	}

	bulk(given) {
		const { scene } = this.source
		const all = given.tickets ? given.tickets.map((n) => scene.tickets.get(n)) : this.find(given.query)
		const job = { id: scene.id(), act: given.act, total: all.length, done: 0, refused: [], state: 'running', by: 1, at: Date.now(), before: [] }
		this.jobs.set(job.id, job)
		setTimeout(() => this.run(job, all), 30)
		return ok({ seq: this.source.seq, job: this.plain(job) })
	}

	plain({ before: _before, ...job }) { return job }

	run(job, all) {
		for (const t of all) {
			const reason = this.stubborn.get(t.id)
			if (reason) job.refused.push({ ticket: t.id, subject: t.subject, reason })
			else {
				job.before.push([t, { ...t, flags: [...t.flags] }])
				this.apply(t, job.act)
				job.done++
				if (all.length < 50) this.source.moved(t, ['changed'], 1)
			}
			if (job.done === Math.floor(all.length / 2)) this.source.emit('job', { job: this.plain(job) })
		}
		job.state = 'done'
		this.source.emit('job', { job: this.plain(job) })
	}

	undo(job) {
		job.state = 'undoing'
		setTimeout(() => {
			for (const [t, was] of job.before) {
				Object.assign(t, was)
				if (job.before.length < 50) this.source.moved(t, ['changed'], 1)
			}
			job.state = 'undone'
			this.source.emit('job', { job: this.plain(job) })
		}, 30)
		return ok({ seq: this.source.seq, job: this.plain(job) })
	}
}
