// The pure rules of the interface, compiled for node. The compiler is the one
// that builds the interface, so a rule is tested as it is shipped.
import path from 'node:path'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..')
const require = createRequire(path.join(root, 'ui/package.json'))
const esbuild = require('esbuild')

export async function rules(...files) {
	const contents = files.map((file) => `export * from './${file}'`).join('\n')
	const { outputFiles } = await esbuild.build({
		stdin: { contents, resolveDir: path.join(root, 'ui/src'), loader: 'ts' },
		bundle: true, write: false, format: 'esm', target: 'node18',
	})
	return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`)
}
