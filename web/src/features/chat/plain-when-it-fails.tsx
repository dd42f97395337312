import { Component, type ReactNode } from 'react';

type Props = { readonly text: string; readonly children: ReactNode };
/** The text that could not be shown otherwise. */
type State = { readonly failed: string | null };

/** The words as they were written, when what should show them better fails. */
export class PlainWhenItFails extends Component<Props, State> {
  override state: State = { failed: null };

  static getDerivedStateFromError(): Partial<State> {
    return { failed: '' };
  }

  override componentDidCatch(): void {
    this.setState({ failed: this.props.text });
  }

  override componentDidUpdate(): void {
    const { failed } = this.state;
    if (failed && failed !== this.props.text) this.setState({ failed: null });
  }

  override render(): ReactNode {
    if (this.state.failed === null) return this.props.children;
    return <p className="answer__plain">{this.props.text}</p>;
  }
}
