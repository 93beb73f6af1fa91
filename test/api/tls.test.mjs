// The interface over https, by a certificate of our own making: the cookie is
// bound to host and scheme, old protocols are refused.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import https from 'node:https'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import tls from 'node:tls'
import { alwaysOpen, commandId, Desk, partner } from './lib.mjs'

let desk, folder, certificate
before(async () => {
	folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-tls-'))
	const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name))
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost',
		'-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' })
	certificate = fs.readFileSync(cert)
	desk = await Desk.start({ setup: false, args: ['--tls-certificate', cert, '--tls-key', key] })
})
after(async () => {
	await desk.stop()
	fs.rmSync(folder, { recursive: true })
})

function ask(method, target, body, headers = {}) {
	return new Promise((resolve, reject) => {
		const request = https.request({ host: '127.0.0.1', port: desk.port, method, path: target, ca: certificate, headers: {
			...(method === 'GET' ? {} : { 'Content-Type': 'application/json', 'Holdfast-Command': commandId() }), ...headers } }, (answer) => {
			let text = ''
			answer.on('data', (data) => { text += data })
			answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }))
		})
		request.on('error', reject)
		request.end(body === undefined ? undefined : JSON.stringify(body))
	})
}

test('over https the cookie is for this host and secure only', async () => {
	const answer = await ask('POST', '/api/setup', { agency: 'A', ...partner, desk_address: 'desk@studio.example', zone: 'UTC', week: alwaysOpen() })
	assert.equal(answer.status, 200, answer.text)
	assert.match(answer.headers['set-cookie'][0], /^__Host-holdfast=[\w-]{43}; Path=\/; .*; Secure$/)
	assert.match(answer.headers['strict-transport-security'], /max-age=\d+/)
	const cookie = answer.headers['set-cookie'][0].split(';')[0]
	assert.equal((await ask('GET', '/api/session', undefined, { Cookie: cookie })).status, 200)
	assert.equal((await ask('GET', '/api/session', undefined, { Cookie: cookie.replace('__Host-', '') })).status, 401)
	assert.equal((await ask('GET', '/api/session', undefined, { Cookie: cookie, Origin: `http://127.0.0.1:${desk.port}` })).status, 403)
	assert.equal((await ask('GET', '/api/session', undefined, { Cookie: cookie, Origin: `https://127.0.0.1:${desk.port}` })).status, 200)
})

test('protocols before TLS 1.2 are refused', async () => {
	const handshake = (maxVersion) => new Promise((resolve) => {
		const socket = tls.connect({ host: '127.0.0.1', port: desk.port, ca: certificate, minVersion: 'TLSv1', maxVersion, ciphers: 'ALL:@SECLEVEL=0' })
		socket.on('secureConnect', () => {
			resolve(socket.getProtocol())
			socket.destroy()
		})
		socket.on('error', () => resolve(null))
	})
	assert.equal(await handshake('TLSv1.1'), null)
	assert.equal(await handshake('TLSv1.2'), 'TLSv1.2')
	assert.equal(await handshake('TLSv1.3'), 'TLSv1.3')
})

test('plain http on that port gets nothing', async () => {
	await assert.rejects(fetch(`http://127.0.0.1:${desk.port}/api/session`))
})
