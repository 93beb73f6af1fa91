// A desk of the real program with two people on it, made by the API: what the
// screens are for is tested elsewhere.
import { Program } from './program.mjs'

const week = { mon: [['00:00', '24:00']], tue: [['00:00', '24:00']], wed: [['00:00', '24:00']], thu: [['00:00', '24:00']], fri: [['00:00', '24:00']], sat: [['00:00', '24:00']], sun: [['00:00', '24:00']] }
export const ines = { name: 'Ines Duarte', address: 'ines@northlight.example', password: 'correct horse battery staple' }
export const tomasz = { name: 'Tomasz Wilk', address: 'tomasz@northlight.example', password: 'a quiet lamp in the window' }

export class Desk {
	async start() {
		this.program = await new Program().start()
		this.url = this.program.url
		await this.post('/api/setup', { agency: 'Northlight Studio', name: ines.name, address: ines.address, password: ines.password, desk_address: 'desk@northlight.example', zone: 'Europe/Lisbon', week })
		await this.post('/api/members', { name: tomasz.name, address: tomasz.address, role: 'agent', password: tomasz.password })
		return this
	}

	async stop() { await this.program.stop() }

	async ask(path, init = {}) {
		const answer = await fetch(this.url + path, { ...init, headers: { ...(this.cookie ? { Cookie: this.cookie } : {}), ...init.headers } })
		const [cookie] = (answer.headers.getSetCookie?.() ?? [])
		if (cookie) this.cookie = cookie.split(';')[0]
		const text = await answer.text()
		if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
		return text === '' ? null : JSON.parse(text)
	}

	post(path, body, method = 'POST') {
		const id = Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('')
		return this.ask(path, { method, headers: { 'Content-Type': 'application/json', 'Holdfast-Command': id }, body: JSON.stringify(body) })
	}

	/* Signed in and looking at the list. */
	async arrive(browser, who, options = {}) {
		const page = await browser.person(options)
		await page.goto(this.url)
		await page.getByLabel('Address').fill(who.address)
		await page.getByLabel('Password').fill(who.password)
		await page.keyboard.press('Enter')
		await page.waitForSelector('.nav')
		return page
	}
}
