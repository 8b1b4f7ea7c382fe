import type { Backend } from '../../core/model/backend.ts'
import type { BackendPlace } from '../../core/model/modelState.ts'
import { destinationFrom } from '../../core/privacy/destinationSettings.ts'
import { isThisMachine } from '../../core/privacy/egressPolicy.ts'

export function placeOf({ name, kind, url }: Backend): BackendPlace {
	const destination = destinationFrom(url)
	const { scheme, host, port } = destination ?? { scheme: 'http', host: url, port: 0 }
	const shownHost = host.includes(':') ? `[${host}]` : host
	return { name, kind, address: `${scheme}://${shownHost}:${port}`, isThisMachine: isThisMachine(host) }
}
